import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { DelineaError } from '../provider/index.js';
import { hasStack } from './locate-stack.js';
import { readStack } from './stack.js';

const HERE = process.cwd();
afterEach(() => process.chdir(HERE));

/** Returns the real path of a project, as the working directory is one. */
function projectWith(files: Readonly<Record<string, string | object>>): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'project-')));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return root;
}

function faultOf(path: string): Pick<DelineaError, 'code' | 'message' | 'path' | 'hint'> {
  try {
    readStack(path);
  } catch (error) {
    if (error instanceof DelineaError) return error;
    throw error;
  }
  throw new Error('no error');
}

describe('output folder that cdktf.json names', () => {
  test.each([['out'], ['build/out'], ['build/cdktf.out'], ['./out/'], ['..out']])(
    '%s: the stack is found by its project, folder or file, and the root is the project',
    (output) => {
      const folder = `${output}/stacks/people`;
      const root = projectWith({
        'cdktf.json': { language: 'typescript', output },
        [`${folder}/cdk.tf.json`]: {},
        'cdktf.out/stacks/stale/cdk.tf.json': {},
      });
      expect(readStack(root)).toMatchObject({ name: 'people', root });
      process.chdir(root);
      expect(hasStack('.')).toBe(true);
      for (const path of ['.', output, folder, `${folder}/cdk.tf.json`])
        expect(readStack(path)).toMatchObject({ name: 'people', root });
    },
  );

  test('project above the working directory: does not move the root out of the folder of the stack', () => {
    const root = projectWith({ 'cdktf.json': { output: 'out' }, 'out/stacks/people/cdk.tf.json': {} });
    process.chdir(join(root, 'out'));
    expect(readStack('.').root).toBe(join(root, 'out/stacks/people'));
    process.chdir(HERE);
    expect(readStack(join(root, 'out')).root).toBe(join(root, 'out/stacks/people'));
  });

  test.each<[string, string | object, string]>([
    ['above the project', { output: '../elsewhere' }, 'the output folder "../elsewhere" is not in the project'],
    ['at an absolute path', { output: '/out' }, 'the output folder "/out" is not in the project'],
    ['that is the project', { output: '.' }, 'the output folder "." is not in the project'],
    ['that is a number', { output: 1 }, '"output" must be a string'],
    ['in a file that is not JSON', '{"output": out}', 'not JSON: line 1, column 12'],
    ['in a file with a list', '[]', 'not a cdktf.json: must be a JSON object'],
  ])('folder %s: is an error of that file', (_, config, message) => {
    const root = projectWith({ 'cdktf.json': config, 'cdktf.out/stacks/people/cdk.tf.json': {} });
    expect(faultOf(root)).toMatchObject({ code: 'stack_invalid', message, path: join(root, 'cdktf.json') });
  });

  test('cdktf.json without an output: is read as by cdktf', () => {
    const root = projectWith({ 'cdktf.json': {}, 'cdktf.out/stacks/people/cdk.tf.json': {} });
    expect(readStack(root)).toMatchObject({ name: 'people', root });
  });
});

describe('stack that depends on others', () => {
  const stacks = (dependencies: object) => ({
    'cdktf.out/stacks/b/cdk.tf.json': {},
    'cdktf.out/manifest.json': { version: '0.21.0', stacks: dependencies },
  });

  test.each([
    [['a'], 'this stack depends on the stack "a", which this run does not apply', 'Apply "a" before this stack.'],
    [
      ['a', 'c'],
      'this stack depends on the stacks "a", "c", which this run does not apply',
      'Apply "a", "c" before this stack.',
    ],
  ])('manifest with dependencies %j: is a note with the stacks to apply first', (dependencies, message, hint) => {
    const { findings } = readStack(projectWith(stacks({ a: { dependencies: [] }, b: { dependencies } })));
    expect(findings).toEqual([{ level: 'note', code: 'depends_on_stack', message, hint }]);
  });

  test.each<[string, Readonly<Record<string, object>>]>([
    ['without dependencies', stacks({ b: { dependencies: [] } })],
    ['of another program', { ...stacks({}), 'cdktf.out/manifest.json': { name: 'web app' } }],
  ])('manifest %s: has no note', (_, files) => {
    expect(readStack(projectWith(files)).findings).toEqual([]);
  });

  test('manifest that is not JSON: is an error, because the dependencies are not known', () => {
    const root = projectWith({ ...stacks({}), 'cdktf.out/manifest.json': '{' });
    expect(faultOf(root)).toMatchObject({ code: 'stack_invalid', path: join(root, 'cdktf.out/manifest.json') });
  });
});

describe('readStack: location', () => {
  const project = () => mkdtempSync(join(tmpdir(), 'project-'));
  const put = (root: string, name: string) => {
    const folder = join(root, 'cdktf.out', 'stacks', name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'cdk.tf.json'), '{}');
    return folder;
  };

  test('finds the stack by its project, folder or file; the root is the project', () => {
    const root = project();
    const folder = put(root, 'people');
    for (const path of [root, join(root, 'cdktf.out'), folder, join(folder, 'cdk.tf.json')]) {
      expect(readStack(path)).toMatchObject({ name: 'people', root });
    }
  });

  describe('root of an output folder with another name', () => {
    const before = process.cwd();
    afterEach(() => process.chdir(before));

    /** Returns a real path, as the working directory is one, with a stack in `<name>/stacks/people`. */
    const projectWith = (name: string) => {
      const root = realpathSync(project());
      const folder = join(root, name, 'stacks', 'people');
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'cdk.tf.json'), '{}');
      writeFileSync(join(root, name, 'manifest.json'), '{}');
      return { root, folder };
    };

    test('is the project if it is the working directory or in it', () => {
      const { root, folder } = projectWith('out');
      for (const here of [root, join(root, '..')]) {
        process.chdir(here);
        for (const path of [join(root, 'out'), folder, join(folder, 'cdk.tf.json')])
          expect(readStack(path).root).toBe(root);
      }
    });

    test('is the folder of the stack if the project is above the working directory, or elsewhere', () => {
      const { root, folder } = projectWith('repo');
      for (const [here, path] of [
        [join(root, 'repo'), '.'],
        [join(root, 'repo'), 'stacks/people'],
        [join(root, 'repo', 'stacks'), 'people'],
        [folder, '.'],
        [before, join(root, 'repo')],
      ] as const) {
        process.chdir(here);
        expect(readStack(path).root).toBe(folder);
      }
    });

    test('is the project from everywhere if the folder is cdktf.out', () => {
      const root = realpathSync(project());
      const folder = put(root, 'people');
      for (const here of [root, join(root, 'cdktf.out'), folder]) {
        process.chdir(here);
        expect(readStack('.').root).toBe(root);
      }
    });
  });

  test('lists the names when there are several stacks', () => {
    const root = project();
    put(root, 'people');
    put(root, 'robots');
    expect(faultOf(root).message).toContain('people, robots');
  });

  test('names the command to run when there is no stack', () => {
    const root = project();
    for (const path of [root, join(root, 'nowhere')]) {
      expect(faultOf(path).hint).toContain('npx cdktf synth');
    }
  });
});
