import { type RawBuilder, sql } from 'kysely';

/*
 * Pages of searches in wire form, as `toWireModel` and `toWireVersion` write one: PostgreSQL writes the text, and nothing of it becomes
 * an object here.
 */

const member = (name: string, value: RawBuilder<unknown>) => sql`${sql.lit(`,"${name}":`)} || ${value}`;
const text = (column: string) => sql`to_json(${sql.ref(column)})::text`;
/** Nothing where there is no value. */
const optional = (name: string, value: RawBuilder<unknown>) => sql`coalesce(${member(name, value)}, '')`;

/** The tags that a table holds of its owner. */
const tagsOf = (table: string, owner: RawBuilder<unknown>) =>
  optional(
    'tags',
    sql`(SELECT '[' || string_agg('{"key":' || to_json(t.key) || ',"value":' || to_json(t.value) || '}', ',' ORDER BY t.key) || ']'
      FROM ${sql.table(table)} AS t WHERE ${owner})`,
  );

const versionMembers = sql.join(
  [
    sql`'{"name":' || to_json(v.name)`,
    member('version', sql`'"' || v.version || '"'`),
    member('creation_timestamp', sql`v.created_ms`),
    member('last_updated_timestamp', sql`v.updated_ms`),
    optional('user_id', text('v.user_id')),
    member('current_stage', text('v.current_stage')),
    member('description', sql`coalesce(${text('v.description')}, '""')`),
    member('source', text('v.source')),
    optional('run_id', text('v.run_id')),
    sql`',"status":"READY"'`,
    tagsOf('model_version_tag', sql`t.name = v.name AND t.version = v.version`),
    optional('run_link', text('v.run_link')),
    optional('model_id', text('v.model_id')),
  ],
  sql` || `,
);

/** A version of table alias `v`, as MLflow answers a search: aliases are asked for by version or model. */
export const foundVersionJson = sql<string>`${versionMembers} || '}'`;

const versionAliases = sql`(SELECT json_agg(a.alias ORDER BY a.alias)::text FROM registered_model_alias AS a
  WHERE a.name = v.name AND a.version = v.version)`;

/** A registered model of table alias `m`, with its newest version in each stage. */
export const foundModelJson = sql<string>`${sql.join(
  [
    sql`'{"name":' || to_json(m.name)`,
    member('creation_timestamp', sql`m.created_ms`),
    member('last_updated_timestamp', sql`m.updated_ms`),
    member('description', sql`coalesce(${text('m.description')}, '""')`),
    optional(
      'latest_versions',
      sql`(SELECT '[' || string_agg(${versionMembers} || ${optional('aliases', versionAliases)} || '}', ',' ORDER BY v.version) || ']' FROM (
        SELECT DISTINCT ON (current_stage) * FROM model_version WHERE name = m.name ORDER BY current_stage, version DESC
      ) AS v)`,
    ),
    tagsOf('registered_model_tag', sql`t.name = m.name`),
    optional(
      'aliases',
      sql`(SELECT '[' || string_agg('{"alias":' || to_json(a.alias) || ',"version":"' || a.version || '"}', ',' ORDER BY a.alias) || ']'
        FROM registered_model_alias AS a WHERE a.name = m.name)`,
    ),
  ],
  sql` || `,
)} || '}'`;
