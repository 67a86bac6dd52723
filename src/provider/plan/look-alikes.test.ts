import { describe, expect, test } from '@jest/globals';
import { LookAlikes, type NamedObject } from './look-alikes.js';

async function messagesFor(...names: readonly (string | NamedObject)[]): Promise<string[]> {
  const lookAlikes = new LookAlikes();
  for (const name of names) await lookAlikes.add(typeof name === 'string' ? { kind: 'user', name } : name);
  return (await lookAlikes.findings()).map(({ message }) => message);
}

describe('names that look alike', () => {
  test.each<[string, string, string, string]>([
    ['a Cyrillic letter', 'admin@example.com', '\u0430dmin@example.com', 'U+0061 instead of U+0430'],
    ['one word in Cyrillic', 'cop', '\u0441\u043e\u0440', 'U+0063 U+006F U+0070 instead of U+0441 U+043E U+0440'],
    ['a digit', 'admin1', 'adminl', 'U+0031 instead of U+006C'],
    ['a capital I', 'adminl', 'adminI', 'U+006C instead of U+0049'],
    ['a zero', 'OPS-0', 'OPS-O', 'U+0030 instead of U+004F'],
    ['two letters', 'ops-comet', 'ops-cornet', 'U+006D instead of U+0072 U+006E'],
    ['a mathematical letter', 'admin', '\u{1d41a}dmin', 'U+0061 instead of U+1D41A'],
    ['a full-width letter', 'admin', '\uff41dmin', 'U+0061 instead of U+FF41'],
    ['an invisible character', 'admin', 'ad\u200bmin', 'nothing instead of U+200B'],
    ['a soft hyphen', 'admin', 'ad\u00admin', 'nothing instead of U+00AD'],
    ['a Greek letter in another case', 'Omega', '\u03bfmega', 'U+004F instead of U+03BF'],
  ])('LookAlikes: reports %s', async (_, name, other, difference) => {
    const [first, ...more] = await messagesFor(name, other);
    expect([first, ...more]).toContain(`user "${name}" looks like user "${other}": ${difference}`);
  });

  test.each([
    ['the same name in another case', 'Jane@example.com', 'jane@example.com'],
    ['the same name decomposed', 'Zo\u00eb', 'Zoe\u0308'],
    ['a name with an accent', 'Muller', 'M\u00fcller'],
    ['capitals whose small letters look alike', 'GROUP-1', 'GROUP-L'],
    ['numbers', 'user10', 'user11'],
  ])('LookAlikes: accepts %s', async (_, name, other) => {
    expect(await messagesFor(name, other)).toEqual([]);
  });

  test('LookAlikes: compares only names of one kind, and reports each pair once', async () => {
    expect(await messagesFor({ kind: 'group', name: 'admin1' }, { kind: 'user', name: 'adminl' })).toEqual([]);
    expect(await messagesFor('admin1', 'adminl', 'adminI')).toHaveLength(2);
  });

  test('LookAlikes: a finding has the address of the declared name', async () => {
    const lookAlikes = new LookAlikes();
    await lookAlikes.add({ kind: 'user', name: 'admin1' });
    await lookAlikes.add({ kind: 'user', name: 'adminl', address: 'delinea_user.a' });
    expect(await lookAlikes.findings()).toMatchObject([
      { level: 'warning', code: 'look_alike', address: 'delinea_user.a' },
    ]);
  });

  test('LookAlikes: only counts most names that nobody declares', async () => {
    const names = Array.from({ length: 60 }, (_, index) => [`u${index}-admin1`, `u${index}-adminl`]).flat();
    const messages = await messagesFor(...names);
    expect(messages).toHaveLength(21);
    expect(messages.at(-1)).toBe('40 more names in the tenant look like others');
  });

  test('LookAlikes: finds a look-alike of a declared name among more names than it keeps', async () => {
    const lookAlikes = new LookAlikes(10);
    await lookAlikes.add({ kind: 'user', name: 'admin1', address: 'delinea_user.a' });
    for (let index = 0; index < 50; index++) await lookAlikes.add({ kind: 'user', name: `user${index}` });
    await lookAlikes.add({ kind: 'user', name: 'adminl' });
    expect(await lookAlikes.findings()).toMatchObject([{ address: 'delinea_user.a' }]);
  });

  test.each<[string, (index: number) => string]>([
    ['ordinary', (index) => `first.last${index}@example.com`],
    ['Cyrillic', (index) => `Иванов ${index}`],
    ['look-alike', (index) => (index % 2 ? 'adminl' : 'admin1').padEnd(5 + (index % 50), '1lI')],
  ])('LookAlikes: takes little processor time for 10,000 %s names', async (_, nameOf) => {
    await messagesFor('\u0430');
    const started = process.cpuUsage();
    await messagesFor(...Array.from({ length: 10_000 }, (_ignored, index) => nameOf(index)));
    // About 0.2 seconds; a busy machine and the test runner take several times as long.
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(4_000);
  });
});

describe('names of mixed scripts', () => {
  test.each<[string, string, string]>([
    ['a Cyrillic letter in a Latin word', '\u0430dmin@example.com', 'U+0430 is Cyrillic'],
    ['a Greek letter in a Latin word', 'r\u03bfot', 'U+03BF is Greek'],
    ['an Armenian letter in a Latin word', 'h\u0585st', 'U+0585 is Armenian'],
    [
      'Cyrillic and Latin in one word',
      'VPN\u0434\u043e\u0441\u0442\u0443\u043f',
      'U+0434 U+043E U+0441 U+0442 and 2 more are Cyrillic',
    ],
    ['a Cyrillic word of look-alikes beside a Latin word', '\u0430-team', 'U+0430 is Cyrillic'],
    ['Cyrillic and Greek in one word', '\u0434\u03c9', 'U+0434 U+03C9 are Cyrillic, Greek'],
  ])('LookAlikes: reports %s', async (_, name, said) => {
    expect(await messagesFor(name)).toEqual([`the name of user "${name}" mixes scripts: ${said}`]);
  });

  test('LookAlikes: accepts ordinary names of every script', async () => {
    expect(await messagesFor(...ORDINARY)).toEqual([]);
  });
});

const ORDINARY = [
  'jane.doe@example.com',
  'Müller',
  'Zoë',
  'Łukasz Żółć',
  'Þórður',
  'Nguyễn Thị Ánh',
  'İbrahim Çelik',
  'Straße',
  'naïve-œuvre',
  'João',
  'Ωμέγα',
  'Διαχειριστές',
  'Ομάδα IT',
  'Γιώργος Παπαδόπουλος',
  'β-testers',
  'Иванов Сергей',
  'Отдел IT',
  'VPN-пользователи',
  'Доступ к AWS',
  'Доступ с VPN',
  'администраторы',
  'Київ',
  'Ђорђе Љубичић',
  'Щербаков2',
  '山田太郎',
  '東京オフィス',
  'サーバー管理者',
  'システムAdmin',
  'IT部門',
  'ひらがな',
  'ＡＢＣ株式会社',
  '営業1課',
  '々木',
  '王小明',
  '北京运维组',
  'DevOps团队',
  'ㄅㄆㄇ漢字',
  '김철수',
  '서울 운영팀',
  'IT관리자',
  '韓國팀',
  'ผู้ดูแลระบบ',
  'แผนกIT',
  'ທີມໄອທີ',
  'ក្រុម IT',
  'ဝန်ထမ်း',
  'محمد علي',
  'قسم IT',
  'مدیران',
  'דוד כהן',
  'צוות IT',
  'הגישה ו-VPN',
  'प्रशासक',
  'टीम IT',
  'প্রশাসক',
  'நிர்வாகி',
  'నిర్వాహకుడు',
  'ನಿರ್ವಾಹಕ',
  'അഡ്മിൻ',
  'ਪ੍ਰਬੰਧਕ',
  'વ્યવસ્થાપક',
  'පරිපාලක',
  'ადმინისტრატორი',
  'Ադմինիստրատոր',
  'አስተዳዳሪ',
  'ᏣᎳᎩ',
  '👩‍💻 ops',
  'team-№5',
  '10µs',
  'H₂O',
  'C++',
  '½ Preis',
  'ops™',
];
