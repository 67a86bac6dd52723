import type { TerraformResource } from '../gen/cdk.js';

/** Declared here, because the constructs are compiled without the types of Node as well. */
declare const process: { cwd(): string };

/** Context of the CDK that an app sets by `stackTraces: false`. */
const DISABLED = '@cdktf/disable_stack_trace_in_metadata';

/**
 * Records in the stack the file and line that create a construct, such as `src/people.ts:12`, for reviews. The file is
 * relative to the folder of cdktf.json; one outside of it, or in a package, is not recorded. Terraform ignores the entry.
 */
export function recordCreationSite(element: TerraformResource): void {
  if (element.node.tryGetContext(DISABLED)) return;
  const frames = (new Error().stack ?? '').split('\n').flatMap(frameIn);
  const own = folderOf(folderOf(frames[0]?.file ?? ''));
  const caller = frames.find(({ file }) => !file.startsWith(`${own}/`) && !/\/node_modules\/|^node:/.test(file));
  const root = `${process.cwd()}/`;
  if (caller?.file.startsWith(root))
    element.addOverride('//.source', `${caller.file.slice(root.length)}:${caller.line}`);
}

/** Returns the place in a line of a stack trace: `at Foo.bar (file:///app/main.ts:12:5)`, `at /app/main.ts:12:5`. */
function frameIn(text: string): { readonly file: string; readonly line: string }[] {
  const { place, line } = /^\s+at (?:.* \()?(?<place>[^()]+):(?<line>\d+):\d+\)?$/.exec(text)?.groups ?? {};
  if (place === undefined || line === undefined) return [];
  return [{ file: place.startsWith('file://') ? decodeURIComponent(place.slice('file://'.length)) : place, line }];
}

function folderOf(path: string): string {
  return path.replace(/\/[^/]*$/, '');
}
