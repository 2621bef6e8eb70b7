"""`Script` -> text: the one form a script has after `scriptc fmt`, with its keywords in one language on request."""

from dsl.formatter.layout import format_script
from dsl.formatter.writer import Language, Writer

__all__ = ["Language", "Writer", "format_script"]
