"""An index by which millions of entries are searched for words, with and without tone marks."""

from typing import ClassVar

from django.db import migrations

# `records_plain` is for the names and codes of rooms above. The log has a search configuration that
# takes tone marks off; its functions are plain enough for the planner to write them out, which
# makes an entry 60 microseconds dearer and not 200. Addresses and file names are taken apart at
# their signs, so that a part of one is a word.
_WORDS = r"""
CREATE TEXT SEARCH CONFIGURATION public.records_words (COPY = pg_catalog.simple);
ALTER TEXT SEARCH CONFIGURATION public.records_words
    ALTER MAPPING FOR asciiword, asciihword, hword_asciipart, hword, hword_part, word, numword,
                      numhword, hword_numpart
    WITH public.unaccent, pg_catalog.simple;
CREATE OR REPLACE FUNCTION records_plain(content text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT regexp_replace(lower(public.unaccent('public.unaccent'::regdictionary, content)),
                          '[^[:alnum:]]+', ' ', 'g')
$$;
CREATE OR REPLACE FUNCTION records_words(why text, place text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT pg_catalog.to_tsvector('public.records_words'::pg_catalog.regconfig,
                                  pg_catalog.translate(why || ' ' || place, '/-_.', '    '))
$$;
CREATE OR REPLACE FUNCTION records_asked(content text) RETURNS tsquery
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(
        pg_catalog.to_tsquery('public.records_words'::pg_catalog.regconfig,
            (SELECT string_agg(word || ':*', ' & ')
             FROM regexp_split_to_table(content, '[^[:alnum:]]+') AS word WHERE word <> '')),
        ''::tsquery)
$$;
CREATE INDEX entry_words ON records_entry USING gin (records_words(why, place))
WHERE why <> '' OR place <> '';
"""
_NO_WORDS = """
DROP INDEX IF EXISTS entry_words;
DROP FUNCTION IF EXISTS records_asked(text);
DROP FUNCTION IF EXISTS records_words(text, text);
DROP FUNCTION IF EXISTS records_plain(text);
DROP TEXT SEARCH CONFIGURATION IF EXISTS public.records_words;
"""


class Migration(migrations.Migration):
    """Functions and index."""

    dependencies: ClassVar = [("records", "0001_initial")]
    operations: ClassVar = [migrations.RunSQL(_WORDS, _NO_WORDS)]
