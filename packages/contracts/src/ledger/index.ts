export type {
  ChangeKind,
  IncidentCause,
  LedgerEntryData,
  LedgerEntryType,
  PipelineTrigger,
} from './entry-data.ts';
