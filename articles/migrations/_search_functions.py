"""Functions that the generated search columns call; they must be IMMUTABLE to be used there.

Typographic quotes and dashes become spaces, because the text search parser takes them for
letters under some locales. Chinese, Japanese and Korean are cut into single characters, which a
quoted phrase finds again: PostgreSQL has no word list for them.
"""

CREATE = r"""
CREATE FUNCTION articles_search(VARIADIC parts text[]) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE words text := regexp_replace(
    translate(array_to_string(parts, E'\n'), '“”‘’«»„…—–‹›「」『』《》', repeat(' ', 20)),
    '([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af])', ' \1 ', 'g');
BEGIN
    RETURN to_tsvector('pg_catalog.english', words) || to_tsvector('pg_catalog.simple', words);
END
$$;
CREATE FUNCTION articles_source_search(name text, aliases text[]) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN to_tsvector('pg_catalog.simple', regexp_replace(
        replace(name || ' ' || array_to_string(aliases, ' '), '.', ''),
        '[][!-,/:-@\\^_`{-~«»“”‘’„…—–-]', ' ', 'g'));
END
$$;
"""
DROP = """
DROP FUNCTION articles_source_search(text, text[]);
DROP FUNCTION articles_search(text[]);
"""
