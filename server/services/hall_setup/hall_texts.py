"""Texts of a hall file, by language."""

from __future__ import annotations

from typing import Any, Self

from pydantic import ConfigDict, Field, ModelWrapValidatorHandler, ValidationError, model_validator
from pydantic_core import InitErrorDetails

from server.domain.languages import is_code
from server.schemas.bodies import Body
from server.services.hall_setup.hall_values import Sentence, Words


class Part(Body):
    """A JSON object of the file."""


class InLanguages(Part):
    """Texts by language: beside the three, those in the languages that the hall adds by files (docs/languages.md)."""

    model_config = ConfigDict(extra="allow")

    @model_validator(mode="wrap")
    @classmethod
    def _languages_alone(cls, values: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        """What is no language is no name that belongs here."""
        if not isinstance(values, dict):
            return handler(values)
        own = {field.alias or name for name, field in cls.model_fields.items()}
        wrong = [
            InitErrorDetails(type="extra_forbidden", loc=(name,), input=text)
            for name, text in values.items()
            if name not in own and not is_code(name)
        ]
        if wrong:
            raise ValidationError.from_exception_data(cls.__name__, wrong)
        return handler(values)


class Text(InLanguages):
    """A text by language."""

    __pydantic_extra__: dict[str, Sentence]
    zh_cn: Sentence = Field(alias="zh-CN")
    en: Sentence
    zh_hk: Sentence | None = Field(default=None, alias="zh-HK")


class Where(InLanguages):
    """The way to a place in a few words, such as "second floor, left"."""

    __pydantic_extra__: dict[str, Words]
    zh_cn: Words = Field(alias="zh-CN")
    en: Words
    zh_hk: Words | None = Field(default=None, alias="zh-HK")
