import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { validateXML } from 'xmllint-wasm';

const read = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');

/** The schema of OASIS, as the npm package @microsoft/jest-sarif 1.0.0-beta.0 has it (MIT). It is of draft 4. */
const { $schema: _, id, ...schema } = JSON.parse(read('sarif-2.1.0-rtm.5.json'));
const validate = new Ajv({ strict: false, unicodeRegExp: false, validateFormats: false }).compile({
  $id: id,
  ...schema,
});

/** Returns the places at which a text does not comply with SARIF 2.1.0. */
export function sarifFaults(text: string): string[] {
  const json = JSON.parse(text);
  return validate(json) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** Returns the places at which a text is not XML, or not that of JUnit. */
export async function junitFaults(text: string): Promise<string[]> {
  const { errors } = await validateXML({ xml: { fileName: 'junit.xml', contents: text }, schema: read('junit.xsd') });
  return errors.map(({ message }) => message);
}
