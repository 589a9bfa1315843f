<?php
// In the manner of escpos-php's NetworkPrintConnector (packagist is out of reach
// here): fsockopen, fwrite, no read, fclose.  HOST PORT FILE.
[, $host, $port, $file] = $argv;

function printer(string $host, int $port, string $job): void {
    $fp = @fsockopen($host, $port, $errno, $errstr, 3);
    if ($fp === false) {
        echo json_encode(["status" => "", "print" => "Cannot initialise: $errstr"]), "\n";
        exit(1);
    }
    fwrite($fp, $job);
    fclose($fp);
}

$lines = file($file, FILE_IGNORE_NEW_LINES);
printer($host, (int) $port, "\x1b@\x1bp\x30\x3c\x78"); // initialize(), pulse()
printer($host, (int) $port, "\x1b@" . implode("\n", $lines) . "\n\x1bd\x03\x1dV\x41\x03");
echo json_encode(["status" => "", "print" => "sent"]), "\n";
