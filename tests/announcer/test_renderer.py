"""The renderer's thread: jobs first, likely sentences meanwhile, and no fault that ends it."""

import queue

import pytest

from display.announcer.renderer import Job, Renderer
from display.announcer.text import Sentence

PATIENCE_S = 20


class Bench:
    """Stands in for ladder and uploads; says what was made, in order."""

    def __init__(self):
        self.made, self.answers, self.fails, self.there = queue.Queue(), queue.Queue(), False, True
        self.renderer = Renderer(self, self, self.answers.put)

    def clip(self, sentence, *, rate):
        self.made.put(sentence.spoken)
        if self.fails:
            raise RuntimeError("unforeseen")
        return f"clip of {sentence.spoken}"

    def put(self, clip):
        return self.there

    def probe(self):
        self.made.put("probe")

    def close(self):
        self.made.put("closed")


def sentence(text):
    return Sentence("en", text, text)


def job(*texts, upload=True):
    return Job("j", tuple(map(sentence, texts)), 1.0, upload=upload)


@pytest.fixture
def bench():
    bench = Bench()
    bench.renderer.start()
    yield bench
    bench.renderer.close()


def test_a_job_is_answered_with_its_clips(bench):
    bench.renderer.submit(job("one", "two"))
    done = bench.answers.get(timeout=PATIENCE_S)
    assert done.clips == ("clip of one", "clip of two")
    assert done.uploaded


def test_what_the_server_does_not_take_is_said(bench):
    bench.there = False
    bench.renderer.submit(job("one"))
    assert not bench.answers.get(timeout=PATIENCE_S).uploaded


def test_likely_sentences_are_made_at_once_when_idle(bench):
    bench.renderer.likely([sentence("a"), sentence("b")], rate=1)
    assert [bench.made.get(timeout=PATIENCE_S) for _ in range(2)] == ["a", "b"]


def test_an_unforeseen_fault_is_an_answer_and_not_the_end(bench, caplog):
    bench.fails = True
    bench.renderer.likely([sentence("a")], rate=1)
    bench.renderer.submit(job("one"))
    assert bench.answers.get(timeout=PATIENCE_S).clips == (None,)
    bench.fails = False
    bench.renderer.submit(job("two"))
    assert bench.answers.get(timeout=PATIENCE_S).clips == ("clip of two",)


def test_it_ends_and_gives_back_what_it_held():
    bench = Bench()
    bench.renderer.start()
    bench.renderer.close()
    assert bench.made.get(timeout=PATIENCE_S) == "closed"
