import type { Generated } from 'kysely';

export type RegistryTables = {
  registered_model: {
    name: string;
    description: string | null;
    created_ms: number;
    updated_ms: number;
    last_version: Generated<number>;
    is_prompt: Generated<boolean>;
  };
  registered_model_tag: { name: string; key: string; value: string };
  model_version: {
    name: string;
    version: number;
    created_ms: number;
    updated_ms: number;
    description: string | null;
    user_id: string | null;
    current_stage: Generated<string>;
    source: string;
    storage_location: string;
    run_id: string | null;
    run_link: string | null;
    model_id: string | null;
    pinned_location: string | null;
    files_digest: string | null;
    file_count: number | null;
    file_bytes: number | null;
  };
  model_version_tag: { name: string; version: number; key: string; value: string };
  registered_model_alias: { name: string; alias: string; version: number };
};
