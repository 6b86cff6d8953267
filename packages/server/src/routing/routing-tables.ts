import type { Arm, ServingStatus } from '@dividend/contracts/serving';
import type { JSONColumnType } from 'kysely';

export type Environment = 'production' | 'staging';

export type RoutingTables = {
  routing_state: { one: boolean; revision: number };
  endpoint_route: {
    endpoint: string;
    environment: Environment;
    salt: string;
    rollout_index: number;
    arms: JSONColumnType<readonly Arm[], string, string>;
    changed_at: Date;
  };
  preloaded_release: { release_index: number };
  serving_process: {
    process_id: string;
    pid: number;
    started_at: Date;
    snapshot_version: string | null;
    releases: JSONColumnType<ServingStatus['releases'], string, string>;
    resident_bytes: number;
    heard_at: Date;
    ended_at: Date | null;
  };
};
