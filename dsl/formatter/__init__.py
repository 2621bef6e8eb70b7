"""Formatter: `Script` -> canonical text, as written by `scriptc fmt`; keywords optionally translated."""

from dsl.formatter.layout import format_script
from dsl.formatter.writer import Language, Writer

__all__ = ["Language", "Writer", "format_script"]
