import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProgram } from './program.ts';

/** Nothing listens there: a command that reaches out says so, one that was misread does not. */
const nowhere = ['--url', 'http://127.0.0.1:9'];
const run = (...args: string[]) =>
  createProgram()
    .exitOverride()
    .parseAsync(['node', 'dividend', ...args, ...nowhere]);

test('createProgram: release takes --version as the version to release', async () => {
  await assert.rejects(run('release', 'm', '--version', '3'), { code: 'CONTROL_UNREACHABLE' });
});

test('createProgram: every command has help with an example', () => {
  const leaves = createProgram().commands.flatMap((command) =>
    command.commands.length > 0 ? command.commands : [command],
  );
  assert.ok(leaves.length >= 18, `only ${leaves.length} commands`);
  for (const command of leaves) {
    let help = '';
    command
      .configureOutput({
        writeOut: (text) => {
          help += text;
        },
      })
      .outputHelp();
    assert.match(help, /Examples?:\n {2}/, command.name());
  }
});
