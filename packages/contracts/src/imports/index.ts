export * from './evaluation-records.ts';
export * from './import-api.ts';
export * from './prompt-source.ts';
export * from './record-identity.ts';
export * from './records.ts';
export * from './review-records.ts';
export * from './trace-records.ts';
