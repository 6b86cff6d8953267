import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toDownloadUrl } from './artifact-root.ts';
import { readImageName } from './image-steps.ts';
import { findPreviewKind } from './preview-kind.ts';
import { readMlmodel } from './read-mlmodel.ts';
import { readCsv, readLoggedTable } from './read-table.ts';

test('readCsv reads quotes, empty fields and either line end, up to a limit', () => {
  assert.deepEqual(readCsv('a,b\r\n"x, ""y""\nz",2\n,3\n', ',', 10), {
    columns: ['a', 'b'],
    rows: [
      ['x, "y"\nz', '2'],
      ['', '3'],
    ],
  });
  assert.equal(readCsv('a\n1\n2\n3\n', ',', 2).rows.length, 2);
  assert.deepEqual(readCsv('a\tb\n1\t2', '\t', 5).rows, [['1', '2']]);
});

test('readLoggedTable knows a table of mlflow.log_table from other JSON', () => {
  assert.deepEqual(readLoggedTable({ columns: ['a'], data: [[1], [{ b: 2 }]] }, 5)?.rows, [
    ['1'],
    ['{"b":2}'],
  ]);
  assert.equal(readLoggedTable({ columns: 3, data: [] }, 5), undefined);
  assert.equal(readLoggedTable([1], 5), undefined);
});

test('readImageName reads key and step of mlflow.log_image', () => {
  const name = 'samples%step%10%timestamp%1795257200000%0b5f%compressed.webp';
  assert.deepEqual(readImageName(name), { key: 'samples', step: 10, isCompressed: true });
  assert.equal(readImageName('other.png'), undefined);
});

test('findPreviewKind goes by the name', () => {
  assert.deepEqual(['model/MLmodel', 'a/B.HTML', 'x.csv', 'w.bin', 'Makefile'].map(findPreviewKind), [
    'mlmodel',
    'html',
    'csv',
    'none',
    'text',
  ]);
});

test('toDownloadUrl names files exactly, and only those in this store', () => {
  const root = { modelId: '', label: '', uri: 'mlflow-artifacts:/1/r/artifacts', listPath: '' };
  assert.equal(
    toDownloadUrl(root, 'a b/c%step.png'),
    '/api/2.0/mlflow-artifacts/artifacts/1/r/artifacts/a%20b/c%25step.png',
  );
  assert.equal(toDownloadUrl({ ...root, uri: 's3://bucket/x' }, 'a'), undefined);
});

test('readMlmodel reads flavors and the signature, and nothing of what is not one', () => {
  const found = readMlmodel(
    'flavors:\n  python_function:\n    loader_module: mlflow.sklearn\nsignature:\n  inputs: \'[{"type": "double", "name": "x", "required": true}]\'\n  outputs: \'[{"type": "tensor", "tensor-spec": {"dtype": "int64", "shape": [-1]}}]\'\n',
  );
  assert.deepEqual(found?.flavors, ['python_function']);
  assert.deepEqual(found?.inputs, [{ name: 'x', type: 'double', isRequired: true }]);
  assert.deepEqual(found?.outputs, [{ name: '', type: 'int64 (-1)', isRequired: true }]);
  assert.equal(readMlmodel('just text'), undefined);
});
