/** MLflow's limits (3.17) where it has one. Lengths in characters. */
export const traceLimits = {
  traceId: 50,
  tagKey: 250,
  /** Longer ones are cut, as MLflow does. */
  tagValue: 8000,
  metadataKey: 250,
  metadataValue: 64_000,
  preview: 10_000,
  clientRequestId: 250,
  linksPerRequest: 100,
  batchGet: 500,
} as const;

export const spanLimits = {
  name: 1000,
  type: 250,
  /** One span of a model that was given a book, with room; larger ones are refused alone. */
  contentBytes: 8_000_000,
  /** Of one trace: what a reader must be able to hold whole. MLflow's own pages stop being usable near 30 000 spans. */
  spansPerTrace: 100_000,
  bytesPerTrace: 64_000_000,
  /** One export, before and after decompression. Exporters send 512 spans at a time. */
  exportBytes: 32_000_000,
} as const;

export const assessmentLimits = {
  id: 50,
  name: 250,
  sourceId: 250,
  spanId: 50,
  text: 100_000,
  valueBytes: 1_000_000,
} as const;
