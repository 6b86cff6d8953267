import { DividendError } from '@dividend/core/errors';

/** The releases whose databases are read: their schemas are those listed below. */
const releases = 'MLflow 1.2 to 3.17';

/**
 * Revisions of MLflow's schema in their order, from the first that is read to that of the newest release, with what each added
 * of what is read. Source: mlflow/store/db_migrations/versions of MLflow 3.17.
 */
const revisions: readonly (readonly [revision: string, ...added: string[]])[] = [
  [
    '181f10493468',
    'experiments: experiment_id name lifecycle_stage',
    'runs: run_uuid experiment_id name user_id status start_time end_time lifecycle_stage artifact_uri',
    'tags: run_uuid key value',
    'params: run_uuid key value',
    'metrics: run_uuid key value timestamp step is_nan',
  ],
  ['df50e92ffc5e', 'experiment_tags: experiment_id key value'],
  ['7ac759974ad8'],
  ['89d4b8295536'],
  [
    '2b4d017a5e9b',
    'registered_models: name description creation_time last_updated_time',
    'model_versions: name version description user_id current_stage status source run_id creation_time last_updated_time',
  ],
  ['cfd24bdc0731'],
  ['0a8213491aaa'],
  ['728d730b5ebd', 'registered_model_tags: name key value'],
  ['27a6a02d2cf1', 'model_version_tags: name version key value'],
  ['84291f40a231', 'model_versions: run_link'],
  ['a8c4a736bde6'],
  ['39d1c3be5f05'],
  ['c48cb773bb87'],
  ['bd07f7e963c5'],
  ['0c779009ac13'],
  ['cc1f77228345'],
  ['97727af70f4d', 'experiments: creation_time last_update_time'],
  ['3500859a5d39', 'registered_model_aliases: name alias version'],
  [
    '7f2a7d5fae7d',
    'datasets: dataset_uuid name digest dataset_source_type dataset_source dataset_schema dataset_profile',
    'inputs: input_uuid source_type source_id destination_type destination_id',
    'input_tags: input_uuid name value',
  ],
  ['2d6e25af4d3e'],
  ['acf3f17fdcc7', 'model_versions: storage_location'],
  [
    '867495a8f9d4',
    'trace_info: request_id experiment_id timestamp_ms execution_time_ms status',
    'trace_tags: request_id key value',
    'trace_request_metadata: request_id key value',
  ],
  ['5b0e9adcef9c'],
  ['4465047574b1'],
  ['f5a4f2784254'],
  ['0584bdc529eb'],
  [
    '400f98739977',
    'logged_models: model_id experiment_id name artifact_location status status_message model_type source_run_id lifecycle_stage creation_timestamp_ms last_updated_timestamp_ms',
    'logged_model_tags: model_id tag_key tag_value',
    'logged_model_params: model_id param_key param_value',
    'logged_model_metrics: model_id metric_name metric_timestamp_ms metric_step metric_value run_id dataset_name dataset_digest',
  ],
  ['6953534de441', 'inputs: step'],
  ['bda7b8c39065'],
  ['cbc13b556ace', 'trace_info: client_request_id request_preview response_preview'],
  [
    '770bee3ae1dd',
    'assessments: assessment_id trace_id name assessment_type value error created_timestamp last_updated_timestamp source_type source_id span_id rationale assessment_metadata overrides valid',
  ],
  ['a1b2c3d4e5f6', 'spans: trace_id span_id content'],
  [
    'de4033877273',
    'entity_associations: association_id source_type source_id destination_type destination_id',
  ],
  ['1a0cddfcaa16'],
  [
    '534353b11cbc',
    'scorers: scorer_id experiment_id scorer_name',
    'scorer_versions: scorer_id scorer_version serialized_scorer creation_time',
  ],
  [
    '71994744cf8e',
    'evaluation_datasets: dataset_id name digest schema created_time last_update_time created_by last_updated_by',
    'evaluation_dataset_tags: dataset_id key value',
    'evaluation_dataset_records: dataset_record_id dataset_id inputs expectations tags source created_time last_update_time created_by last_updated_by',
  ],
  ['3da73c924c2f', 'evaluation_dataset_records: outputs'],
  ['bf29a5ff90ea'],
  ['1bd49d398cd23'],
  ['b7c8d9e0f1a2'],
  ['5d2d30f0abce'],
  ['c9d4e5f6a7b8'],
  ['2c33131f4dae'],
  ['d3e4f5a6b7c8'],
  ['d0e1f2a3b4c5'],
  ['c8d9e0f1a2b3'],
  ['1b5f0d9ad7c1'],
  ['e1f2a3b4c5d6'],
  ['76601a5f987d'],
  ['c3d6457b6d8a'],
  ['a5b4c3d2e1f0'],
  ['ae8bbe7743c9'],
  ['7d34483879f0'],
  ['da6fb0208061'],
  [
    '89d3d66ed43f',
    'label_schemas: schema_id experiment_id name type instruction enable_comment input_type input_config created_time last_update_time is_default',
  ],
  [
    'b7e4c1a90f23',
    'review_queues: queue_id experiment_id name queue_type created_by creation_time_ms last_update_time_ms',
    'review_queue_users: queue_id user_id',
    'review_queue_items: queue_id item_type item_id status completed_by completed_time_ms creation_time_ms last_update_time_ms',
    'review_queue_label_schemas: queue_id schema_id',
  ],
  ['a8b9c0d1e2f3'],
  ['c1d2e3f4a5b6'],
  ['c3d9e7f1a2b4'],
  ['6f8d9c3b2a1e'],
  ['1971f2d9a75b'],
  ['17e22815139b'],
  ['b7e2c1a4d9f3'],
  [
    '75868b020152',
    'trace_info: trace_name session_id input_tokens output_tokens total_tokens cache_read_input_tokens cache_creation_input_tokens cache_creation_input_tokens_above_1hr input_cost output_cost total_cost',
  ],
  ['dc11669786a5'],
];

/** Names of columns by table. */
export type SchemaColumns = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Checks that a database has all that its version of MLflow's schema keeps and an import reads. A version that is not known may
 * be newer: it is taken where it has all that any version has.
 * @returns the version in words
 * @throws {DividendError} SOURCE_SCHEMA_UNREADABLE naming what is missing
 */
export function checkMlflowSchema(version: string | undefined, columns: SchemaColumns): string {
  const at = revisions.findIndex(([revision]) => revision === version);
  const isKnown = at !== -1;
  const missing = findMissing(isKnown ? revisions.slice(0, at + 1) : revisions, columns);
  const name = version === undefined ? 'schema without a version' : `schema ${version}`;
  if (missing.length > 0) {
    throw new DividendError(
      'SOURCE_SCHEMA_UNREADABLE',
      'failed_precondition',
      `The database of --from has ${name}, ${isKnown ? 'but' : 'which is not known here, and'} lacks ${listSome(missing)}; databases of ${releases} are read. Import over the URL of its server instead, or bring a copy of the database to such a release ('mlflow db upgrade <copy>') and import that`,
      { field: '--from' },
    );
  }
  return isKnown ? name : `${name}, not known here (${releases} are) but with all that is read`;
}

/** Names beyond these tell no more: it is another schema. */
const maxNamed = 5;

function listSome(names: readonly string[]): string {
  const more = names.length - maxNamed;
  return names.slice(0, maxNamed).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function findMissing(wanted: typeof revisions, columns: SchemaColumns): string[] {
  const missing = new Set<string>();
  for (const [, ...added] of wanted) {
    for (const line of added) {
      const [table = '', names = ''] = line.split(': ');
      const present = columns.get(table);
      if (present === undefined) missing.add(`table '${table}'`);
      else
        for (const column of names.split(' '))
          if (!present.has(column)) missing.add(`column '${table}.${column}'`);
    }
  }
  return [...missing];
}
