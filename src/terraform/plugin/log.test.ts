import { expect, test } from '@jest/globals';
import { type Level, openLog } from './log.js';

const LEVELS: readonly Level[] = ['trace', 'debug', 'info', 'warn', 'error'];

function written(env: NodeJS.ProcessEnv): string[] {
  const lines: string[] = [];
  const log = openLog(env, (line) => lines.push(line));
  for (const level of LEVELS) log(level, level);
  return lines.map((line) => (JSON.parse(line) as Record<string, string>)['@level']!);
}

test('entry: one line of JSON in the format that Terraform reads', () => {
  const lines: string[] = [];
  const log = openLog(
    { TF_LOG: 'trace' },
    (line) => lines.push(line),
    () => new Date('2026-03-01T12:00:00.045Z'),
  );
  log('info', 'two\nlines', { rpc: 'ReadResource', ms: 3 });
  expect(lines).toEqual([
    '{"@level":"info","@message":"two\\nlines","@module":"provider.delinea","@timestamp":"2026-03-01T12:00:00.045000Z","rpc":"ReadResource","ms":3}\n',
  ]);
});

test('level: entries below TF_LOG_PROVIDER or TF_LOG are not written', () => {
  expect(written({})).toEqual([]);
  expect(written({ TF_LOG: 'off' })).toEqual([]);
  expect(written({ TF_LOG: 'WARN' })).toEqual(['warn', 'error']);
  expect(written({ TF_LOG: 'JSON' })).toEqual(LEVELS);
  expect(written({ TF_LOG: 'TRACE', TF_LOG_PROVIDER: 'error' })).toEqual(['error']);
});

test('secrets: are hidden once they are known', () => {
  const lines: string[] = [];
  const log = openLog({ TF_LOG: 'trace' }, (line) => lines.push(line));
  log.redact = (text) => text.replaceAll('s3cret', '[secret]');
  log('error', 'a s3cret', { where: 'in s3cret' });
  expect(lines.join('')).not.toContain('s3cret');
  expect(lines.join('').match(/\[secret\]/g)).toHaveLength(2);
});
