-- Hash functions, whose values also decide partitions.
SELECT hash(1), hash(1L), hash(1S), hash(1Y), hash(true), hash(false), hash(NULL);
SELECT hash('Spark'), hash(''), hash('日本'), hash('abcd'), hash('abcde'), hash('abcdefgh');
SELECT hash(1.5D), hash(0.0D), hash(-0.0D), hash(1.5F), hash(double('NaN')), hash(1.25);
SELECT hash(date '2024-01-01'), hash(timestamp '2024-01-01 00:00:00'), hash(X'0102'), hash(interval '1' day), hash(interval '1' month);
SELECT hash(1, 'a', NULL, 2.5D), hash('a', 1), hash(array(1, 2)), hash(struct(1, 'x')), hash(array(NULL, 1)), hash(array());
SELECT hash(map('a', 1));
SELECT xxhash64(1), xxhash64(1L), xxhash64('Spark'), xxhash64(1.5D), xxhash64(NULL), xxhash64('a', 1, NULL), xxhash64(array(1, 2)), xxhash64('a long string of more than thirty-two bytes');
SELECT xxhash64(date '2024-01-01'), xxhash64(true), xxhash64(X'01'), xxhash64(1.25), xxhash64('');
SELECT md5('abc'), md5(''), sha1('abc'), sha('abc'), sha2('abc', 0), sha2('abc', 224), sha2('abc', 384), sha2('abc', 512), sha2('abc', 1);
SELECT crc32('abc'), crc32(''), crc32(X'00'), md5(NULL), md5(X'616263');
SELECT pmod(hash(id), 4) AS p, count(*) FROM range(100) GROUP BY p ORDER BY p;
SELECT hash(id), xxhash64(id) FROM range(5) ORDER BY id;
SELECT hash();
SELECT bit_xor(hash(id)) FROM range(1000);
SELECT hash(cast(id AS string)), hash(id, id + 1) FROM range(3) ORDER BY id;
SELECT hash(cast('12345678901234567890' AS decimal(20, 0))), hash(cast(1.1 AS decimal(18, 2))), xxhash64(cast('12345678901234567890' AS decimal(20, 0)));
