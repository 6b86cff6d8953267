export { type BlobInfo, type BlobStore, openBlobFolder } from './blob-folder.ts';
