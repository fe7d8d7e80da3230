"""The verdict log: append-only and hash-chained, by triggers that no application setting turns off.

Verdicts of a demonstration desk may be deleted, so that the demo can be removed; whether a desk is
one is settled when the desk is made.
"""

CREATE = r"""
CREATE FUNCTION articles_netstring(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN value IS NULL THEN '-;'
           ELSE octet_length(convert_to(value, 'UTF8')) || ':' || value || ';' END
$$;
CREATE FUNCTION articles_microseconds(moment timestamptz) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT trunc(extract(epoch FROM moment) * 1000000)::bigint::text
$$;
CREATE FUNCTION articles_verdict_seal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE last record;
BEGIN
    -- One writer at a time per chain. Each statement here sees what others have committed.
    PERFORM FROM articles_desk WHERE id = NEW.desk_id FOR NO KEY UPDATE;
    IF NEW.desk_id IS DISTINCT FROM
       (SELECT desk_id FROM articles_claim WHERE id = NEW.claim_id) THEN
        RAISE EXCEPTION 'the claim is of another desk' USING ERRCODE = 'check_violation';
    END IF;
    SELECT seq, hash INTO last FROM articles_verdict
    WHERE desk_id = NEW.desk_id ORDER BY seq DESC LIMIT 1;
    NEW.seq := coalesce(last.seq, 0) + 1;
    NEW.previous_hash := coalesce(last.hash, repeat('0', 64));
    NEW.created_at := clock_timestamp();
    NEW.hash := encode(sha256(convert_to(
        articles_netstring(NEW.previous_hash) || articles_netstring(NEW.seq::text)
        || articles_netstring(NEW.id::text) || articles_netstring(NEW.desk_id::text)
        || articles_netstring(NEW.claim_id::text) || articles_netstring(NEW.reviewer_id::text)
        || articles_netstring(NEW.rating) || articles_netstring(NEW.attribution_accuracy)
        || articles_netstring(NEW.rationale) || articles_netstring(NEW.revision_id::text)
        || articles_netstring(NEW.start::text) || articles_netstring(NEW."end"::text)
        || articles_netstring(NEW.exact) || articles_netstring(NEW.evidence::text)
        || articles_netstring(articles_microseconds(NEW.decided_at))
        || articles_netstring(articles_microseconds(NEW.created_at)),
        'UTF8')), 'hex');
    RETURN NEW;
END
$$;
CREATE TRIGGER seal BEFORE INSERT ON articles_verdict
FOR EACH ROW EXECUTE FUNCTION articles_verdict_seal();

CREATE FUNCTION articles_verdict_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF (SELECT is_demo FROM articles_desk WHERE id = OLD.desk_id) THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'the verdict log is append-only: % refused', TG_OP
        USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON articles_verdict
FOR EACH ROW EXECUTE FUNCTION articles_verdict_refuse();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON articles_verdict
FOR EACH STATEMENT EXECUTE FUNCTION articles_verdict_refuse();

CREATE FUNCTION articles_desk_keep_demo() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'whether a desk is a demonstration is settled when it is made'
        USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER keep_demo BEFORE UPDATE OF is_demo ON articles_desk
FOR EACH ROW WHEN (OLD.is_demo IS DISTINCT FROM NEW.is_demo)
EXECUTE FUNCTION articles_desk_keep_demo();
"""
DROP = """
DROP TRIGGER keep_demo ON articles_desk;
DROP FUNCTION articles_desk_keep_demo();
DROP TRIGGER append_only_truncate ON articles_verdict;
DROP TRIGGER append_only ON articles_verdict;
DROP FUNCTION articles_verdict_refuse();
DROP TRIGGER seal ON articles_verdict;
DROP FUNCTION articles_verdict_seal();
DROP FUNCTION articles_microseconds(timestamptz);
DROP FUNCTION articles_netstring(text);
"""

