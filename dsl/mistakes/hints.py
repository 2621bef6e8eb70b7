"""What the author of a line that cannot be read most likely meant: the list of guesses, in the order they are asked."""

from __future__ import annotations

from collections.abc import Callable

from dsl.diagnostics import Words
from dsl.mistakes import guess_rule, guess_start, guess_text, guess_word, units
from dsl.mistakes.expected import SAMPLES
from dsl.mistakes.refusal import Guess, Refusal

GUESSES: tuple[Callable[[Refusal], Guess | None], ...] = (
    guess_text.lookalike,
    guess_start.first_word,
    guess_start.first_text,
    guess_start.first_mark,
    guess_rule.swapped,
    guess_rule.denied,
    guess_rule.bound,
    guess_word.equals_sign,
    guess_word.guard_behind,
    guess_text.braces_outside,
    guess_text.doubled_mark,
    guess_text.quoted_name,
    guess_text.group_for_text,
    guess_word.amount_in_words,
    units.second_amount,
    guess_word.else_missing,
    guess_word.or_between_events,
    guess_word.or_in_guard,
    guess_text.quote_in_quote,
    guess_text.second_wording,
    guess_text.several_texts,
    guess_word.glued_before,
    guess_word.number_as_name,
    guess_text.other_quotes,
    guess_text.comma_before_text,
    guess_text.unquoted,
    guess_word.other_word,
    guess_word.other_word_before,
    guess_word.act_missing,
    guess_rule.after_for_followed,
    guess_rule.bare_tag,
    guess_text.text_without_say,
    guess_word.two_things,
    guess_text.brackets,
    guess_word.blank_in_name,
    guess_word.several_names,
    guess_word.stray_colon,
)
"""Each gives its guess, or None when it does not know. To add one, write it beside its kin and put it in here."""


def first_guess(refusal: Refusal) -> Guess | None:
    """What the first guess that knows has to say."""
    return next((found for one in GUESSES if (found := one(refusal))), None)


def sample(refusal: Refusal) -> Guess:
    """A line of the kind that was begun."""
    words = SAMPLES.get(refusal.context) or SAMPLES.get(refusal.head) or SAMPLES["SAY"]
    return Guess(Words(f"照这样写：{words.zh}", f"write it like this: {words.en}"))
