import assert from 'node:assert/strict';
import { test } from 'node:test';
import { downloadHeaders, readPrefixEnd } from './download-headers.ts';

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

test('readPrefixEnd reads the beginning of a file, and leaves every other range to the whole answer', () => {
  assert.equal(readPrefixEnd('bytes=0-9', 100), 9);
  for (const range of [
    undefined,
    'bytes=0-99',
    'bytes=0-500',
    'bytes=5-9',
    'bytes=-5',
    'bytes=0-',
    'bytes=0-1,3-4',
    'x',
  ])
    assert.equal(readPrefixEnd(range, 100), undefined, String(range));
});
