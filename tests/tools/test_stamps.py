from __future__ import annotations

from tools.stamps import Stamp, fingerprint


def test_a_changed_new_or_renamed_file_changes_the_fingerprint(tmp_path):
    folder = tmp_path / "page"
    folder.mkdir()
    (folder / "a.ts").write_text("one")
    seen = [fingerprint([folder], root=tmp_path)]
    (folder / "a.ts").write_text("two")
    seen.append(fingerprint([folder], root=tmp_path))
    (folder / "b.ts").write_text("")
    seen.append(fingerprint([folder], root=tmp_path))
    (folder / "b.ts").rename(folder / "c.ts")
    seen.append(fingerprint([folder], root=tmp_path))
    seen.append(fingerprint([folder], root=tmp_path, also="v24"))
    assert len(set(seen)) == 5
    (folder / "a.ts").write_text("two")
    assert fingerprint([folder], root=tmp_path) == seen[3]


def test_what_was_built_or_fetched_is_no_input(tmp_path):
    (tmp_path / "a.ts").write_text("one")
    before = fingerprint([tmp_path], root=tmp_path)
    for made in ("node_modules", "dist", "__pycache__"):
        (tmp_path / made).mkdir()
        (tmp_path / made / "x.js").write_text(made)
    assert fingerprint([tmp_path], root=tmp_path) == before


def test_a_missing_input_is_not_an_empty_one(tmp_path):
    missing = fingerprint([tmp_path / "setup.cfg"], root=tmp_path)
    (tmp_path / "setup.cfg").write_text("")
    assert fingerprint([tmp_path / "setup.cfg"], root=tmp_path) != missing


def test_a_stamp_holds_only_for_its_own_inputs_and_can_be_torn(tmp_path):
    stamp = Stamp(tmp_path / "dist" / "hall.stamp")
    assert not stamp.holds("abc")
    stamp.write("abc")
    assert stamp.holds("abc")
    assert not stamp.holds("abd")
    stamp.tear()
    stamp.tear()
    assert not stamp.holds("abc")
