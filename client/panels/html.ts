/** The HTML that a panel starts from: a strict policy, one style sheet, one script, and only its title as text. */
import type { PanelKind } from './panelMessages.js';

interface PageParts {
  readonly kind: PanelKind;
  readonly title: string;
  /** Fresh for each page and hard to guess. */
  readonly nonce: string;
  readonly scriptUri: string;
  readonly styleUri: string;
  /** A BCP 47 tag, such as `en`. */
  readonly language: string;
}

/**
 * Scripts and styles need the nonce; frames of cameras come as blobs; nothing else loads, and no form is sent. Fonts are the system's.
 */
export function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    'img-src blob:',
    `style-src 'nonce-${nonce}'`,
    `script-src 'nonce-${nonce}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

export function pageHtml({ kind, title, nonce, scriptUri, styleUri, language }: PageParts): string {
  return `<!DOCTYPE html>
<html lang="${escaped(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(contentSecurityPolicy(nonce))}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<link rel="stylesheet" nonce="${escaped(nonce)}" href="${escaped(styleUri)}">
</head>
<body class="panel-${kind}">
<main id="root"></main>
<script nonce="${escaped(nonce)}" src="${escaped(scriptUri)}"></script>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
