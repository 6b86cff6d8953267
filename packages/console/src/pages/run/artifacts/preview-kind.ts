export type PreviewKind =
  | 'image'
  | 'pdf'
  | 'audio'
  | 'video'
  | 'html'
  | 'markdown'
  | 'json'
  | 'csv'
  | 'tsv'
  | 'mlmodel'
  | 'text'
  | 'none';

const byExtension: Readonly<Record<string, PreviewKind>> = {
  png: 'image',
  jpg: 'image',
  jpeg: 'image',
  gif: 'image',
  webp: 'image',
  svg: 'image',
  avif: 'image',
  bmp: 'image',
  pdf: 'pdf',
  aac: 'audio',
  flac: 'audio',
  m4a: 'audio',
  mp3: 'audio',
  oga: 'audio',
  ogg: 'audio',
  opus: 'audio',
  wav: 'audio',
  weba: 'audio',
  m4v: 'video',
  mov: 'video',
  mp4: 'video',
  ogv: 'video',
  webm: 'video',
  html: 'html',
  htm: 'html',
  md: 'markdown',
  markdown: 'markdown',
  json: 'json',
  geojson: 'json',
  csv: 'csv',
  tsv: 'tsv',
  pkl: 'none',
  pickle: 'none',
  onnx: 'none',
  bin: 'none',
  pt: 'none',
  pth: 'none',
  safetensors: 'none',
  h5: 'none',
  zip: 'none',
  gz: 'none',
  tar: 'none',
  parquet: 'none',
  npy: 'none',
  npz: 'none',
  joblib: 'none',
  skops: 'none',
  ubj: 'none',
};

/** By name; what is not known is tried as text, and is not shown where it proves to be none. */
export function findPreviewKind(path: string): PreviewKind {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (name === 'MLmodel') return 'mlmodel';
  const extension = name.includes('.') ? name.slice(name.lastIndexOf('.') + 1).toLowerCase() : '';
  return (Object.hasOwn(byExtension, extension) ? byExtension[extension] : undefined) ?? 'text';
}
