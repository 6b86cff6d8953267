export * from './import-api.ts';
export * from './record-identity.ts';
export * from './records.ts';
