// Writes docs/reference from contracts and code, with --check only compares; then looks for false mentions in other pages.  node scripts/reference.ts [--check]
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findFalseMentions } from './reference/check-mentions.ts';
import { writeCommandsPage } from './reference/commands-page.ts';
import { writeErrorsPage } from './reference/errors-page.ts';
import { writeLedgerPage } from './reference/ledger-page.ts';
import { writeMetricsPage } from './reference/metrics-page.ts';
import { writeRoutesPage } from './reference/routes-page.ts';
import { writeSettingsPage } from './reference/settings-page.ts';
import { writeSpecPage } from './reference/spec-page.ts';

const folder = join(import.meta.dirname, '../docs/reference');
const pages: Readonly<Record<string, () => string>> = {
  'routes.md': writeRoutesPage,
  'settings.md': writeSettingsPage,
  'commands.md': writeCommandsPage,
  'errors.md': writeErrorsPage,
  'ledger-entries.md': writeLedgerPage,
  'metrics.md': writeMetricsPage,
  'spec-fields.md': writeSpecPage,
};

const isCheck = process.argv.includes('--check');
let stale = 0;
await mkdir(folder, { recursive: true });
for (const [name, write] of Object.entries(pages)) {
  const path = join(folder, name);
  const text = write();
  if ((await readFile(path, 'utf8').catch(() => '')) === text) continue;
  if (!isCheck) await writeFile(path, text);
  else stale++;
  console.log(`docs/reference/${name} ${isCheck ? 'is not as the code is' : 'written'}`);
}
if (stale > 0) console.log('Run node scripts/reference.ts, and commit what it writes');
const mentions = findFalseMentions();
for (const mention of mentions) console.log(mention);
process.exit(stale + mentions.length > 0 ? 1 : 0);
