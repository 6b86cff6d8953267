import type { ArtifactItem } from '@dividend/contracts/api';
import { Download } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { usePages } from '../../../live/queries.ts';
import { Answer } from '../../../ui/answer.tsx';
import { Card, Empty } from '../../../ui/card.tsx';
import { formatBytes } from '../../../ui/format.ts';
import { CopyText } from '../../../ui/small-parts.tsx';
import { type ArtifactRoot, toDownloadUrl } from './artifact-root.ts';
import { ContentView } from './content-view.tsx';
import { ImageSteps } from './image-gallery.tsx';
import { MediaPlayer } from './media-player.tsx';
import { NoPreview } from './no-preview.tsx';
import { findPreviewKind } from './preview-kind.ts';
import { useContent } from './use-content.ts';

/** What reads PDFs is larger than the rest of the console: it comes with the first of them. */
const PdfView = lazy(async () => ({ default: (await import('./pdf-view.tsx')).PdfView }));

/** A picture larger than this is not fetched by itself. */
const mostImageBytes = 20_000_000;

/** What is in a file, as far as it can be shown without running any of it. */
export function ArtifactPreview({ root, path }: { root: ArtifactRoot; path: string }) {
  const parent = path.slice(0, Math.max(0, path.lastIndexOf('/')));
  const siblings = usePages<ArtifactItem>(root.listPath, {
    path: parent === '' ? undefined : parent,
    limit: 200,
  });
  const item = siblings.data?.find((each) => each.path === path);
  const url = toDownloadUrl(root, path);
  if (path === '' || url === undefined) {
    return (
      <Card title="Preview">
        <Empty>Choose a file to see what is in it.</Empty>
      </Card>
    );
  }
  // Until it is known whether it is a folder, nothing is fetched as a file.
  if (siblings.isPending) return <div aria-busy="true" className="h-40 animate-pulse rounded bg-raised" />;
  if (item?.isFolder === true) return <FolderView root={root} path={path} />;
  return (
    <Card
      title={<span className="wrap-anywhere">{path}</span>}
      aside={
        <span className="flex flex-wrap items-center gap-3">
          {item !== undefined && formatBytes(item.bytes)}
          <CopyText text={`${root.uri}/${path}`} shown="uri" what="Copy the address of the artifact" />
          <a href={url} download className="inline-flex items-center gap-1 text-accent hover:underline">
            <Download size={13} aria-hidden /> Download
          </a>
        </span>
      }
    >
      <FileView root={root} path={path} url={url} bytes={item?.bytes} />
    </Card>
  );
}

function FileView({
  root,
  path,
  url,
  bytes,
}: {
  root: ArtifactRoot;
  path: string;
  url: string;
  bytes: number | undefined;
}) {
  const kind = findPreviewKind(path);
  if (kind === 'none') return <NoPreview why="Files of this kind are not shown here." />;
  if (kind === 'image') {
    if (bytes !== undefined && bytes > mostImageBytes)
      return <NoPreview why={`With ${formatBytes(bytes)} it is too large to be shown.`} />;
    // In an image nothing of an SVG runs, and nothing of it is fetched from elsewhere.
    return (
      <img
        src={url}
        alt={path}
        className="max-h-[70vh] max-w-full rounded border border-line object-contain"
      />
    );
  }
  if (kind === 'pdf')
    return (
      <Suspense fallback={<div aria-busy="true" className="h-96 animate-pulse rounded bg-raised" />}>
        <PdfView key={url} url={url} name={path} />
      </Suspense>
    );
  if (kind === 'audio' || kind === 'video')
    return <MediaPlayer key={url} kind={kind} url={url} name={path} />;
  return <TextView root={root} path={path} url={url} />;
}

function TextView({ root, path, url }: { root: ArtifactRoot; path: string; url: string }) {
  const query = useContent(url);
  return (
    <Answer query={query}>
      {(content) =>
        content.isBinary ? (
          <NoPreview why="It is no text." />
        ) : (
          <>
            {content.isCut && (
              <p className="mb-3 rounded-md bg-warn-soft px-3 py-1.5 text-xs text-warn">
                Only its beginning is shown; download it for all of it.
              </p>
            )}
            <ContentView kind={findPreviewKind(path)} content={content} root={root} name={path} />
          </>
        )
      }
    </Answer>
  );
}

function FolderView({ root, path }: { root: ArtifactRoot; path: string }) {
  return (
    <Card title={<span className="wrap-anywhere">{path}</span>}>
      <ImageSteps root={root} folder={path} />
    </Card>
  );
}
