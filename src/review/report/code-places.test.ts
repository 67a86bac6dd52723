import { describe, expect, test } from '@jest/globals';
import { CodePlaces } from './code-places.js';

describe('CodePlaces', () => {
  const HCL = `# resource "delinea_user" "comment" {
/* resource "delinea_user" "block" {
*/
locals {
  text = <<-EOT
    resource "delinea_user" "heredoc" {
    EOT
  other = "resource \\"x\\" \${join("}", ["{"])} {"
  literal = "$\${not {"
}
resource "delinea_user" "jane" { user_name = "jane" }
resource delinea_user "bare" {
}
module "ops" {
  source = "./ops"
}
data "delinea_user" "ann" {}
`;
  const file = (path: string, text: string) => ({ path, text, project: 'app' });

  test('a block in HCL, and the call of a module', () => {
    const places = new CodePlaces([file('main.tf', HCL)]);
    const lines = ['comment', 'block', 'heredoc', 'jane', 'bare'].map(
      (name) => places.of(`delinea_user.${name}`)?.line,
    );
    expect(lines).toEqual([undefined, undefined, undefined, 11, 12]);
    expect(places.of('delinea_user.jane["a.b"]')).toEqual({ path: 'main.tf', line: 11 });
    expect(places.of('module.ops["x"].delinea_user.jane')).toEqual({ path: 'main.tf', line: 14 });
    expect(places.of('data.delinea_user.ann')?.line).toBe(17);
  });

  test('a key in JSON, and the place that a construct recorded', () => {
    const source = (text: string) => ({ '//': { source: text }, user_name: 'delinea_user' });
    const names = ['main.ts:12', '../x.ts:1', '/etc/passwd:1', 'file:///x:1', 'a\\b:1', 'a//b:1', 'a\u001b:1', 'x:0'];
    const stack = { resource: { delinea_user: Object.fromEntries(names.map((text, at) => [`u${at}`, source(text)])) } };
    const text = JSON.stringify(stack, null, 1);
    const places = new CodePlaces([file('cdk.tf.json', text)]);
    const lineOf = (at: number) => text.slice(0, text.indexOf(`"u${at}"`)).split('\n').length;
    expect(names.map((_, at) => places.of(`delinea_user.u${at}`))).toEqual([
      { path: 'app/main.ts', line: 12 },
      ...names.slice(1).map((_, at) => ({ path: 'cdk.tf.json', line: lineOf(at + 1) })),
    ]);
  });

  test.each(['', '{', '"', '}', '${', '"${', '<<A\n', '/*', 'resource "a" "b" {', '"\\', 'a "', '<<'])(
    'code with mistakes: %j',
    (text) => {
      expect(() => new CodePlaces([file('main.tf', text)])).not.toThrow();
    },
  );

  test('a file of one line is read in linear time', () => {
    const text = 'a { b = "c" } '.repeat(20_000);
    const start = performance.now();
    new CodePlaces([file('main.tf', text)]);
    expect(performance.now() - start).toBeLessThan(3_000);
  });
});
