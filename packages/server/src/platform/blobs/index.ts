export { type BlobStore, openBlobFolder, type StoredBlob } from './blob-folder.ts';
export { createPartFolder, type PartFolder } from './part-folder.ts';
export type { BlobInfo } from './write-hashed.ts';
