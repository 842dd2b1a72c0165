"""The vocabularies in words: what they are called, how words hold together, what was done to them."""

from gateway import words
from gateway.entry_words import add_entry_words
from gateway.problems import add_sentences

SCHEMES = (
    "themes",
    "theme_groups",
    "disciplines",
    "professions",
    "age_groups",
    "languages",
    "organisation_types",
    "group_types",
    "offering_kinds",
    "sectors",
)
MATCHES = ("exact", "close", "broader", "narrower", "related")
LABELS = {
    "name.fi": "Name in Finnish",
    "name.sv": "Name in Swedish",
    "name.en": "Name in English",
    "alt.fi": "Other names in Finnish",
    "alt.sv": "Other names in Swedish",
    "alt.en": "Other names in English",
    "definition.fi": "What it means, in Finnish",
    "definition.sv": "What it means, in Swedish",
    "definition.en": "What it means, in English",
    "broader": "The word above it",
    "related": "Near it",
    "group": "Group of themes",
    "required_disciplines": "Always needed in a team",
    "useful_disciplines": "Often useful in a team, the most useful first",
    "professions": "Professions that count by themselves",
    "professions_with_competence": "Professions that count with a recorded competence",
    "age_groups": "Which ages it is for",
    "mappings": "The same or a near word elsewhere",
}
"""By the form's own names of fields."""

words.WORDS["vocabulary"] = {
    "themes": "Themes",
    "theme_groups": "Groups of themes",
    "disciplines": "Fields",
    "professions": "Professions",
    "age_groups": "Age groups",
    "languages": "Languages",
    "organisation_types": "Types of organisations",
    "group_types": "Types of expert groups",
    "offering_kinds": "Kinds of services",
    "sectors": "Sectors",
}
words.WORDS["match"] = {
    "exact": "exactly the same",
    "close": "nearly the same",
    "broader": "theirs is broader",
    "narrower": "theirs is narrower",
    "related": "of the same field",
}
words.WORDS["lacking"] = {
    "name.en": "name in English",
    "definition.fi": "meaning in Finnish",
    "definition.sv": "meaning in Swedish",
    "definition.en": "meaning in English",
}
words.WORDS["word_field"] = LABELS

words.WORDS["word_problem"] = {
    "slug_taken": "Another word has this short name already.",
    "string_pattern_mismatch": "This is not written as it should be: addresses begin with http:// or https://.",
}

add_entry_words(
    fields={
        "alt": "Other names",
        "definition": "What it means",
        "broader": "The word above it",
        "related": "Near it",
        "group": "Group of themes",
        "required_disciplines": "Always needed in a team",
        "useful_disciplines": "Often useful in a team, the most useful first",
        "professions": "Professions that count by themselves",
        "professions_with_competence": "Professions that count with a recorded competence",
        "mappings": "The same or a near word elsewhere",
        "uri": "Address",
        "match": "How near",
        "retired_on": "Not offered since",
        "replaced_by": "Used instead",
    },
    acts={
        "create_concept": "The word was added",
        "change_concept": "The word was changed",
        "retire_concept": "The word is no longer offered",
        "restore_concept": "The word is offered again",
        "merge_concept": "Two words were merged",
    },
    schemes={
        "group": "theme_groups",
        "required_disciplines": "disciplines",
        "useful_disciplines": "disciplines",
        "professions": "professions",
        "professions_with_competence": "professions",
    },
    codes={"match": "match"},
)
add_sentences(
    {
        "concept_merged": "This word has been merged into another one.",
        "concept_retired": "This word is no longer offered.",
        "concept_in_use": "This word is in use.",
    },
    fields={
        "concept_merged": "This word has been merged into another one. Choose that one.",
        "concept_retired": "This word is no longer offered. Choose another one.",
        "label_taken": "Another word of this vocabulary is called so already.",
        "not_of_this_vocabulary": "Words of this vocabulary don't have this.",
        "the_same": "Choose another word: a word can't be this to itself.",
    },
)
