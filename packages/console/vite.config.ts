import { cpSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/**
 * What pdf.js asks for as a document needs it: maps of Asian characters, the fonts that every reader has, and the decoders of
 * JPEG 2000 and JBIG2 in JavaScript, since the console's policy lets no WebAssembly in. 2.9 MB, in a folder named by its version.
 */
function pdfParts(): Plugin {
  const { resolve } = createRequire(import.meta.url);
  const source = dirname(resolve('pdfjs-dist/package.json'));
  const { version } = createRequire(import.meta.url)('pdfjs-dist/package.json') as { version: string };
  const isUsed = (file: string) => !/\.wasm$|quickjs|qcms/i.test(basename(file));
  return {
    name: 'pdf-parts',
    apply: 'build',
    writeBundle({ dir = '' }) {
      for (const folder of ['cmaps', 'standard_fonts', 'wasm'])
        cpSync(join(source, folder), join(dir, 'assets', `pdfjs-${version}`, folder), {
          recursive: true,
          filter: isUsed,
        });
    },
  };
}

/** `npm run dev` in this folder serves the console beside a platform that runs on the default port. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), tailwindcss(), pdfParts()],
  build: { outDir: 'dist', emptyOutDir: true, target: 'es2023', reportCompressedSize: true },
  server: { proxy: { '/api': 'http://127.0.0.1:7400' } },
});
