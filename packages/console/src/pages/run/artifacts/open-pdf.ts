import { GlobalWorkerOptions, getDocument, type PDFDocumentLoadingTask, version } from 'pdfjs-dist';

GlobalWorkerOptions.workerSrc = new URL('pdfjs-dist/build/pdf.worker.min.mjs', import.meta.url).href;

/** Written there by the build. */
const partsUrl = `${location.origin}/assets/pdfjs-${version}/`;

/** Pixels of one picture in a page; beyond it the picture is left out, because a small file can ask for gigabytes. */
const mostImagePixels = 50_000_000;

/** Reads a PDF by the parts that are looked at. Its scripts have nothing that would run them. */
export function openPdf(url: string): PDFDocumentLoadingTask {
  return getDocument({
    url,
    maxImageSize: mostImagePixels,
    enableXfa: false,
    disableAutoFetch: true,
    disableStream: true,
    cMapUrl: `${partsUrl}cmaps/`,
    standardFontDataUrl: `${partsUrl}standard_fonts/`,
    // Programs in WebAssembly are not let in by the console's policy: the decoders there are in JavaScript too.
    wasmUrl: `${partsUrl}wasm/`,
    useWasm: false,
  });
}
