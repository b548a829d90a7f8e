import type { Program } from './program.ts';

const CHECK = `<?php
$curl = curl_init('file:///app/data.xml');
curl_setopt($curl, CURLOPT_RETURNTRANSFER, true);
$data = curl_exec($curl);
echo strlen($data), ' ', implode(',', array_intersect(['https', 'ftp', 'ldap'], curl_version()['protocols'])), "\\n";
curl_setopt($curl, CURLOPT_URL, 'https://whale.example:1/');
echo var_export(curl_exec($curl), true), ' ', curl_errno($curl), "\\n";
curl_setopt($curl, CURLOPT_URL, 'http://no-such-name.invalid/');
echo var_export(curl_exec($curl), true), ' ', curl_errno($curl), "\\n";

$document = new DOMDocument();
$document->loadXML($data);
echo (new DOMXPath($document))->evaluate('string(//w[2]/@n)'), ' ', simplexml_load_string($data)->w[0], "\\n";
$reader = XMLReader::XML($data);
while ($reader->read()) echo $reader->nodeType;
echo ' ', xml_parse(xml_parser_create(), '<pod>', true), "\\n";
echo mb_strtoupper('größe'), ' ', mb_convert_encoding("\\xe9", 'UTF-8', 'ISO-8859-1'), ' ', bin2hex(mb_convert_encoding('鯨', 'SJIS')), "\\n";

$base = new PDO('sqlite::memory:');
$base->exec("create table whales (name text); insert into whales values ('Fin'), ('Blå')");
foreach ($base->query('select name from whales order by name') as $row) echo $row['name'], ' ';
echo (new SQLite3(':memory:'))->querySingle('select 6 * 7'), "\\n";

$when = new DateTimeImmutable('2024-07-01 12:00:00 UTC');
foreach (['de_DE' => 'Europe/Berlin', 'ja_JP' => 'Asia/Tokyo'] as $locale => $zone) {
  echo (new IntlDateFormatter($locale, IntlDateFormatter::FULL, IntlDateFormatter::LONG, $zone))->format($when), "\\n";
  echo (new NumberFormatter($locale, NumberFormatter::CURRENCY))->formatCurrency(1234.5, 'EUR'), ' ', $when->setTimezone(new DateTimeZone($zone))->format('c T'), "\\n";
}
echo (new Collator('sv'))->compare('ä', 'z'), ' ', (new Collator('de'))->compare('ä', 'z'), ' ', idn_to_ascii('größe.example'), "\\n";

$image = imagecreatetruecolor(120, 40);
imagefilledrectangle($image, 0, 0, 119, 39, 0x204080);
imagestring($image, 5, 4, 4, 'whale', 0xffffff);
imagettftext($image, 16, 0, 4, 36, 0xffff00, '/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf', 'krill');
foreach (['png', 'jpeg', 'webp', 'gif', 'bmp'] as $format) {
  ob_start();
  ('image' . $format)($image);
  $bytes = ob_get_clean();
  echo $format, ' ', imagesx(imagecreatefromstring($bytes)), ' ', md5($bytes), "\\n";
}

echo openssl_digest('krill', 'sha256'), ' ', iconv('UTF-8', 'ISO-8859-15//TRANSLIT', '€') === "\\xa4" ? 'iconv' : '', "\\n";
echo bin2hex(iconv('ISO-8859-1', 'UTF-16LE', "\\xe9")), ' ', shell_exec('echo shell'), gethostbyname('whale.example'), "\\n";
$loaded = get_loaded_extensions();
sort($loaded);
echo implode(',', $loaded), "\\n";
echo json_encode(['ini' => php_ini_loaded_file(), 'more' => php_ini_scanned_files()]), "\\n";
exit(3);
`;

/** Extensions that are loaded because configuration files name them, and the libraries behind them. */
export const php: Program = {
  name: 'php',
  packages: ['cli', 'curl', 'xml', 'mbstring', 'sqlite3', 'intl', 'gd'].map((name) => `php-${name}`),
  files: {
    '/app/check.php': CHECK,
    '/app/data.xml': '<?xml version="1.0" encoding="ISO-8859-15"?>\n<pod><w n="1">Fin</w><w n="&#xe9;">x</w></pod>\n',
  },
  run: [
    { command: ['php', '/app/check.php'], exitCode: 3 },
    { command: ['php', '/app/check.php'], exitCode: 3, user: 'nobody', env: { LANG: 'C.UTF-8' } },
    { command: ['php', '-r', 'echo PHP_VERSION, PHP_EOL; trigger_error("krill", E_USER_ERROR);'], exitCode: 255 },
  ],
};
