import assert from 'node:assert/strict';
import { test } from 'node:test';
import { downloadHeaders, readRange } from './download-headers.ts';

const headersOf = (path: string) => downloadHeaders(path, { digest: 'sha256:ab', bytes: 3 });

test('downloadHeaders make every artifact an attachment that no browser guesses about', () => {
  const headers = headersOf('1/r/artifacts/page.html');
  assert.equal(headers['content-type'], 'text/html; charset=utf-8');
  assert.equal(headers['content-disposition'], 'attachment; filename="page.html"');
  assert.equal(headers['x-content-type-options'], 'nosniff');
  assert.match(headers['content-security-policy'] ?? '', /^sandbox; default-src 'none'/);
  assert.equal(headers['content-length'], '3');
  assert.equal(headersOf('model.onnx')['content-type'], 'application/octet-stream');
  assert.equal(headersOf('model/MLmodel')['content-type'], 'text/plain; charset=utf-8');
});

test('downloadHeaders keep headers ASCII and name the file exactly', () => {
  assert.equal(
    headersOf('a/wéird "name".txt')['content-disposition'],
    `attachment; filename="weird _name_.txt"; filename*=UTF-8''w%C3%A9ird%20%22name%22.txt`,
  );
  assert.equal(
    headersOf('日本')['content-disposition'],
    `attachment; filename="download"; filename*=UTF-8''%E6%97%A5%E6%9C%AC`,
  );
});

test('readRange reads one range, and leaves everything else to the whole answer', () => {
  const read = (range: string | undefined) => readRange(range, 100);
  assert.deepEqual(read('bytes=0-9'), { start: 0, end: 9 });
  assert.deepEqual(read('bytes=5-9'), { start: 5, end: 9 });
  assert.deepEqual(read('bytes=90-500'), { start: 90, end: 99 });
  assert.deepEqual(read('bytes=99-'), { start: 99, end: 99 });
  assert.deepEqual(read('bytes=-5'), { start: 95, end: 99 });
  for (const range of [
    undefined,
    'bytes=0-99',
    'bytes=0-500',
    'bytes=-100',
    'bytes=0-',
    'bytes=100-',
    'bytes=9-5',
  ])
    assert.equal(read(range), undefined, String(range));
  for (const range of ['bytes=-', 'bytes=-0', 'bytes=0-1,3-4', 'bytes=-5-9', 'lines=1-2', 'x'])
    assert.equal(read(range), undefined, range);
  assert.equal(readRange('bytes=-5', 0), undefined);
});
