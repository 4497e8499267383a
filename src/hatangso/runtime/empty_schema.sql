-- Drops what stands in the schema, but not what an extension owns (PostGIS's own tables).
DO $$
DECLARE
    found record;
BEGIN
    FOR found IN
        SELECT c.oid::regclass AS name, c.relkind AS kind
        FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
          AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.deptype = 'e'
              AND d.classid = 'pg_class'::regclass AND d.objid = c.oid)
    LOOP
        IF to_regclass(found.name::text) IS NOT NULL THEN
            EXECUTE format('DROP %s IF EXISTS %s CASCADE',
                CASE found.kind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
                    WHEN 'f' THEN 'FOREIGN TABLE' ELSE 'TABLE' END, found.name);
        END IF;
    END LOOP;
    FOR found IN
        SELECT c.oid::regclass AS name FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'S'
          AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.deptype = 'e'
              AND d.classid = 'pg_class'::regclass AND d.objid = c.oid)
    LOOP
        EXECUTE format('DROP SEQUENCE IF EXISTS %s CASCADE', found.name);
    END LOOP;
    FOR found IN
        SELECT p.oid::regprocedure AS name FROM pg_proc p
        WHERE p.pronamespace = 'public'::regnamespace AND p.prokind IN ('f', 'p')
          AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.deptype = 'e'
              AND d.classid = 'pg_proc'::regclass AND d.objid = p.oid)
    LOOP
        EXECUTE format('DROP ROUTINE IF EXISTS %s CASCADE', found.name);
    END LOOP;
    FOR found IN
        SELECT t.oid::regtype AS name FROM pg_type t
        WHERE t.typnamespace = 'public'::regnamespace AND t.typtype IN ('e', 'd')
          AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.deptype = 'e'
              AND d.classid = 'pg_type'::regclass AND d.objid = t.oid)
    LOOP
        EXECUTE format('DROP TYPE IF EXISTS %s CASCADE', found.name);
    END LOOP;
    FOR found IN
        SELECT quote_ident(c.collname) AS name FROM pg_collation c
        WHERE c.collnamespace = 'public'::regnamespace
    LOOP
        EXECUTE format('DROP COLLATION IF EXISTS public.%s CASCADE', found.name);
    END LOOP;
END $$;
