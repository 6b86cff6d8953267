import type { PDFDocumentProxy, PDFPageProxy } from 'pdfjs-dist';
import { useEffect, useRef, useState } from 'react';
import { useSeen } from '../../../ui/use-seen.ts';
import { NoPreview } from './no-preview.tsx';
import { openPdf } from './open-pdf.ts';

/** Each page takes its place at once, drawn or not. */
const mostPages = 500;

type Opening = 'under way' | 'refused' | { readonly file: PDFDocumentProxy; readonly first: PDFPageProxy };

/** The pages of a PDF as pictures: nothing in it runs, nothing of it can be followed. Read and drawn as they are scrolled to. */
export function PdfView({ url, name }: { url: string; name: string }) {
  const opening = useOpenPdf(url);
  if (opening === 'refused') return <NoPreview why="It cannot be read as a PDF." />;
  if (opening === 'under way')
    return <div aria-busy="true" className="h-96 animate-pulse rounded bg-raised" />;
  const { file, first } = opening;
  const shown = Math.min(file.numPages, mostPages);
  const { width, height } = first.getViewport({ scale: 1 });
  return (
    <>
      <p className="mb-2 text-xs text-muted">
        {file.numPages === 1 ? '1 page' : `${file.numPages} pages`}
        {shown < file.numPages && `, the first ${shown} of them`}. Drawn as pictures: links and scripts do
        nothing here.
      </p>
      <div className="flex max-h-[75vh] flex-col items-center gap-3 overflow-y-auto rounded bg-raised p-3">
        {Array.from({ length: shown }, (_, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a page is its number
          <PdfPage key={at} file={file} number={at + 1} ratio={width / height} name={name} />
        ))}
      </div>
    </>
  );
}

function useOpenPdf(url: string): Opening {
  const [opening, setOpening] = useState<Opening>('under way');
  useEffect(() => {
    setOpening('under way');
    let isOver = false;
    const task = openPdf(url);
    const tell = (next: Opening) => {
      if (!isOver) setOpening(next);
    };
    task.promise
      .then(async (file) => tell({ file, first: await file.getPage(1) }))
      .catch(() => tell('refused'));
    return () => {
      isOver = true;
      void task.destroy();
    };
  }, [url]);
  return opening;
}

/** `ratio`: width by height of the first page, until its own is known. */
function PdfPage({
  file,
  number,
  ratio,
  name,
}: {
  file: PDFDocumentProxy;
  number: number;
  ratio: number;
  name: string;
}) {
  const place = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const isSeen = useSeen(place);
  const [problem, setProblem] = useState('');
  useEffect(() => {
    const target = canvas.current;
    if (!isSeen || !target) return;
    const drawing = draw(file, number, target);
    drawing.done.catch((error: Error) => {
      if (error.name !== 'RenderingCancelledException') setProblem(error.message);
    });
    return () => {
      drawing.stop();
      // Its memory goes with its picture.
      target.width = 0;
    };
  }, [file, number, isSeen]);
  return (
    <div ref={place} className="w-full max-w-4xl bg-white shadow" style={{ minHeight: 40 }}>
      <canvas
        ref={canvas}
        role="img"
        aria-label={`Page ${number} of ${name}`}
        className="block w-full"
        style={{ aspectRatio: ratio }}
      />
      {problem !== '' && (
        <p className="p-2 text-xs text-bad">
          Page {number} cannot be drawn: {problem}
        </p>
      )}
    </div>
  );
}

function draw(file: PDFDocumentProxy, number: number, canvas: HTMLCanvasElement) {
  let isStopped = false;
  let stopDrawing = () => {};
  const done = (async () => {
    const page = await file.getPage(number);
    if (isStopped) return;
    const { width, height } = page.getViewport({ scale: 1 });
    const scale = (canvas.clientWidth * window.devicePixelRatio) / width;
    const viewport = page.getViewport({ scale });
    canvas.style.aspectRatio = String(width / height);
    canvas.width = Math.round(viewport.width);
    canvas.height = Math.round(viewport.height);
    const task = page.render({ canvas, viewport });
    stopDrawing = () => task.cancel();
    await task.promise;
  })();
  return {
    done,
    stop: () => {
      isStopped = true;
      stopDrawing();
    },
  };
}
