/** The HTML that a panel starts from. */
import { expect, test } from 'vitest';
import { contentSecurityPolicy, pageHtml } from '../../../client/panels/html.js';

test('the page starts with a strict policy and no text that could be markup', () => {
  const html = pageHtml({
    kind: 'run',
    title: '"><script>alert(1)</script>',
    nonce: 'abc',
    scriptUri: 'https://x/run.js',
    styleUri: 'https://x/style.css',
    language: 'en',
  });
  expect(html.match(/<script/g)).toHaveLength(1);
  expect(html).toContain('&quot;&gt;&lt;script&gt;');
  expect(contentSecurityPolicy('abc')).toBe(
    "default-src 'none'; img-src blob:; style-src 'nonce-abc'; script-src 'nonce-abc'; base-uri 'none'; form-action 'none'",
  );
});

test('each part stands where it belongs, quoted', () => {
  const html = pageHtml({
    kind: 'adapt',
    title: 'a & b',
    nonce: 'n"x',
    scriptUri: 'https://x/a.js?a=1&b=2',
    styleUri: 'https://x/"style.css',
    language: 'pt-br',
  });
  expect(html).toContain('<html lang="pt-br">');
  expect(html).toContain('<title>a &amp; b</title>');
  expect(html).toContain('<body class="panel-adapt">');
  expect(html).toContain('<script nonce="n&quot;x" src="https://x/a.js?a=1&amp;b=2">');
  expect(html).toContain('href="https://x/&quot;style.css"');
});
