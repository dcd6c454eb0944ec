package functions

import "github.com/spatestream/spate"

// Functions of texts and bytes.

// Ascii is the code point of the first character.
//
//	functions.Ascii("col")
func Ascii(col ColumnOrName) Column {
	return call("ascii", col)
}

// Base64 encodes bytes as base64 text.
//
//	functions.Base64("col")
func Base64(col ColumnOrName) Column {
	return call("base64", col)
}

// Unbase64 decodes base64 text.
//
//	functions.Unbase64("col")
func Unbase64(col ColumnOrName) Column {
	return call("unbase64", col)
}

// ToBase32 encodes bytes as base32 text.
//
//	functions.ToBase32("col")
func ToBase32(col ColumnOrName) Column {
	return call("to_base32", col)
}

// FromBase32 decodes base32 text.
//
//	functions.FromBase32("col")
func FromBase32(col ColumnOrName) Column {
	return call("from_base32", col)
}

// BitLength is the length in bits.
//
//	functions.BitLength("col")
func BitLength(col ColumnOrName) Column {
	return call("bit_length", col)
}

// BTrim removes spaces, or the given characters, from both ends.
//
//	functions.BTrim("str")
func BTrim(str ColumnOrName, trim ...ColumnOrValue) Column {
	return call("btrim", withValues([]any{str}, trim)...)
}

// Char is the character of a code point.
//
//	functions.Char("col")
func Char(col ColumnOrName) Column {
	return call("char", col)
}

// Chr is the character of a code point.
//
//	functions.Chr("col")
func Chr(col ColumnOrName) Column {
	return call("chr", col)
}

// CharLength is the length in characters, or in bytes of a binary.
//
//	functions.CharLength("str")
func CharLength(str ColumnOrName) Column {
	return call("char_length", str)
}

// CharacterLength is CharLength.
//
//	functions.CharacterLength("str")
func CharacterLength(str ColumnOrName) Column {
	return call("character_length", str)
}

// Concat joins texts, binaries or arrays; null if one is.
//
//	functions.Concat("first", "last")
func Concat(cols ...ColumnOrName) Column {
	return call("concat", cols...)
}

// ConcatWS joins texts and arrays of texts with a separator, nulls skipped.
//
//	functions.ConcatWS(", ", "first", "last")
func ConcatWS(separator string, cols ...ColumnOrName) Column {
	return call("concat_ws", with([]any{spate.Lit(separator)}, cols)...)
}

// Contains is true where the text contains the other.
//
//	functions.Contains("str", "part")
func Contains(str, part ColumnOrName) Column {
	return call("contains", str, part)
}

// Decode reads bytes as text.
//
//	functions.Decode("payload", "UTF-8")
func Decode(col ColumnOrName, charset string) Column {
	return call("decode", col, spate.Lit(charset))
}

// Encode writes text as bytes.
//
//	functions.Encode("name", "UTF-8")
func Encode(col ColumnOrName, charset string) Column {
	return call("encode", col, spate.Lit(charset))
}

// Elt takes the value whose number the first argument gives, counted from 1.
//
//	functions.Elt("n", "a", "b")
func Elt(cols ...ColumnOrName) Column {
	return call("elt", cols...)
}

// EndsWith is true where the text ends with the other.
//
//	functions.EndsWith("str", "suffix")
func EndsWith(str, suffix ColumnOrName) Column {
	return call("endswith", str, suffix)
}

// FindInSet is the position of the text in a list separated by commas, 0 if
// absent.
//
//	functions.FindInSet("str", "list")
func FindInSet(str, list ColumnOrName) Column {
	return call("find_in_set", str, list)
}

// FormatNumber prints a number with thousands separators and so many decimal
// places.
//
//	functions.FormatNumber("price", 2)
func FormatNumber(col ColumnOrName, decimals int) Column {
	return call("format_number", col, spate.Lit(decimals))
}

// FormatString prints values as printf does.
//
//	functions.FormatString("%s is %d", "name", "age")
func FormatString(format string, cols ...ColumnOrName) Column {
	return call("format_string", with([]any{spate.Lit(format)}, cols)...)
}

// Printf is FormatString.
//
//	functions.Printf("%s is %d", "name", "age")
func Printf(format string, cols ...ColumnOrName) Column {
	return call("printf", with([]any{spate.Lit(format)}, cols)...)
}

// Hex is the number or the bytes in hexadecimal digits.
//
//	functions.Hex("col")
func Hex(col ColumnOrName) Column {
	return call("hex", col)
}

// Unhex is the bytes that hexadecimal digits stand for.
//
//	functions.Unhex("col")
func Unhex(col ColumnOrName) Column {
	return call("unhex", col)
}

// ILike matches a pattern of SQL (%, _) in any case.
//
//	functions.ILike("name", "a%")
func ILike(str ColumnOrName, pattern ColumnOrValue) Column {
	return call("ilike", str, spate.Lit(pattern))
}

// InitCap makes the first letter of each word upper case and the others lower
// case.
//
//	functions.InitCap("col")
func InitCap(col ColumnOrName) Column {
	return call("initcap", col)
}

// Instr is the position of the first occurrence, counted from 1, 0 if absent.
//
//	functions.Instr("line", "ERROR")
func Instr(str ColumnOrName, part ColumnOrValue) Column {
	return call("instr", str, spate.Lit(part))
}

// LCase is Lower.
//
//	functions.LCase("str")
func LCase(str ColumnOrName) Column {
	return call("lcase", str)
}

// Left is the leftmost characters.
//
//	functions.Left("name", 3)
func Left(str ColumnOrName, length ColumnOrValue) Column {
	return call("left", str, spate.Lit(length))
}

// Len is Length.
//
//	functions.Len("str")
func Len(str ColumnOrName) Column {
	return call("len", str)
}

// Length is the length in characters, or in bytes of a binary.
//
//	functions.Length("col")
func Length(col ColumnOrName) Column {
	return call("length", col)
}

// Levenshtein is the edit distance of two texts, -1 above the threshold.
//
//	functions.Levenshtein("left", "right")
func Levenshtein(left, right ColumnOrName, threshold ...ColumnOrValue) Column {
	return call("levenshtein", withValues([]any{left, right}, threshold)...)
}

// JaroWinklerSimilarity is how similar two texts are, from 0 to 1.
//
//	functions.JaroWinklerSimilarity("left", "right")
func JaroWinklerSimilarity(left, right ColumnOrName) Column {
	return call("jaro_winkler_similarity", left, right)
}

// Like matches a pattern of SQL: % is anything, _ one character.
//
//	functions.Like("name", "A%")
func Like(str ColumnOrName, pattern ColumnOrValue) Column {
	return call("like", str, spate.Lit(pattern))
}

// Locate is the position of the first occurrence from pos on, counted from 1, 0
// if absent.
//
//	functions.Locate("ERROR", "line")
func Locate(part string, str ColumnOrName, pos ...ColumnOrValue) Column {
	return call("locate", withValues([]any{spate.Lit(part), str}, pos)...)
}

// Position is Locate.
//
//	functions.Position("ERROR", "line")
func Position(part ColumnOrValue, str ColumnOrName, start ...ColumnOrValue) Column {
	return call("position", withValues([]any{spate.Lit(part), str}, start)...)
}

// Lower is the text in lower case.
//
//	functions.Lower("col")
func Lower(col ColumnOrName) Column {
	return call("lower", col)
}

// LPad fills up the text on the left to a length, or cuts it.
//
//	functions.LPad("id", 8, "0")
func LPad(col ColumnOrName, length, pad ColumnOrValue) Column {
	return call("lpad", col, spate.Lit(length), spate.Lit(pad))
}

// LTrim removes spaces, or the given characters, from the left.
//
//	functions.LTrim("col")
func LTrim(col ColumnOrName, trim ...ColumnOrValue) Column {
	return call("ltrim", withValues([]any{col}, trim)...)
}

// LuhnCheck is true where the digits pass the check of card numbers.
//
//	functions.LuhnCheck("col")
func LuhnCheck(col ColumnOrName) Column {
	return call("luhn_check", col)
}

// Mask replaces upper-case letters by X, lower-case ones by x and digits by n,
// or as given.
//
//	functions.Mask("card")
func Mask(col ColumnOrName, replacements ...ColumnOrValue) Column {
	return call("mask", withValues([]any{col}, replacements)...)
}

// MD5 is the MD5 checksum in hexadecimal digits.
//
//	functions.MD5("col")
func MD5(col ColumnOrName) Column {
	return call("md5", col)
}

// OctetLength is the length in bytes.
//
//	functions.OctetLength("col")
func OctetLength(col ColumnOrName) Column {
	return call("octet_length", col)
}

// Overlay writes a text over another from a position on.
//
//	functions.Overlay("line", "***", 5)
func Overlay(src ColumnOrName, replacement, pos ColumnOrValue, length ...ColumnOrValue) Column {
	return call("overlay", withValues([]any{src, spate.Lit(replacement), spate.Lit(pos)}, length)...)
}

// ParseURL takes a part of a URL: HOST, PATH, QUERY, REF, PROTOCOL, FILE,
// AUTHORITY, USERINFO.
//
//	functions.ParseURL("url", "HOST")
func ParseURL(url ColumnOrName, part ColumnOrValue, key ...ColumnOrValue) Column {
	return call("parse_url", withValues([]any{url, spate.Lit(part)}, key)...)
}

// TryParseURL is ParseURL, null where the text is no URL.
//
//	functions.TryParseURL("url", "HOST")
func TryParseURL(url ColumnOrName, part ColumnOrValue, key ...ColumnOrValue) Column {
	return call("try_parse_url", withValues([]any{url, spate.Lit(part)}, key)...)
}

// Quote puts the text in single quotes, escaped.
//
//	functions.Quote("col")
func Quote(col ColumnOrName) Column {
	return call("quote", col)
}

// Regexp is true where a regular expression is found.
//
//	functions.Regexp("line", "^ERR")
func Regexp(str ColumnOrName, pattern ColumnOrValue) Column {
	return call("regexp", str, spate.Lit(pattern))
}

// RegexpCount counts the matches of a regular expression.
//
//	functions.RegexpCount("line", "a+")
func RegexpCount(str ColumnOrName, pattern ColumnOrValue) Column {
	return call("regexp_count", str, spate.Lit(pattern))
}

// RegexpExtract is a group of the first match of a regular expression, empty if
// there is none.
//
//	functions.RegexpExtract("line", "(\\d+)", 1)
func RegexpExtract(str ColumnOrName, pattern ColumnOrValue, group int) Column {
	return call("regexp_extract", str, spate.Lit(pattern), spate.Lit(group))
}

// RegexpExtractAll is an array of a group of all matches.
//
//	functions.RegexpExtractAll("line", "(\\d+)", 1)
func RegexpExtractAll(str ColumnOrName, pattern ColumnOrValue, group ...ColumnOrValue) Column {
	return call("regexp_extract_all", withValues([]any{str, spate.Lit(pattern)}, group)...)
}

// RegexpInstr is the position of the first match, counted from 1, 0 if there is
// none.
//
//	functions.RegexpInstr("line", "\\d")
func RegexpInstr(str ColumnOrName, pattern ColumnOrValue, group ...ColumnOrValue) Column {
	return call("regexp_instr", withValues([]any{str, spate.Lit(pattern)}, group)...)
}

// RegexpLike is true where a regular expression is found.
//
//	functions.RegexpLike("line", "^ERR")
func RegexpLike(str ColumnOrName, pattern ColumnOrValue) Column {
	return call("regexp_like", str, spate.Lit(pattern))
}

// RegexpReplace replaces the matches of a regular expression.
//
//	functions.RegexpReplace("line", "\\s+", " ")
func RegexpReplace(str ColumnOrName, pattern, replacement ColumnOrValue, pos ...ColumnOrValue) Column {
	return call("regexp_replace", withValues([]any{str, spate.Lit(pattern), spate.Lit(replacement)}, pos)...)
}

// RegexpSubstr is the first match of a regular expression, null if there is
// none.
//
//	functions.RegexpSubstr("line", "\\d+")
func RegexpSubstr(str ColumnOrName, pattern ColumnOrValue) Column {
	return call("regexp_substr", str, spate.Lit(pattern))
}

// Repeat repeats a text.
//
//	functions.Repeat("dash", 3)
func Repeat(col ColumnOrName, n ColumnOrValue) Column {
	return call("repeat", col, spate.Lit(n))
}

// Replace replaces a text within another, removes it without a replacement.
//
//	functions.Replace("line", "\t", " ")
func Replace(src ColumnOrName, search ColumnOrValue, replacement ...ColumnOrValue) Column {
	return call("replace", withValues([]any{src, spate.Lit(search)}, replacement)...)
}

// Reverse reverses a text or an array.
//
//	functions.Reverse("col")
func Reverse(col ColumnOrName) Column {
	return call("reverse", col)
}

// Right is the rightmost characters.
//
//	functions.Right("name", 3)
func Right(str ColumnOrName, length ColumnOrValue) Column {
	return call("right", str, spate.Lit(length))
}

// RLike is true where a Java regular expression is found.
//
//	functions.RLike("line", "^ERR")
func RLike(str ColumnOrName, pattern ColumnOrValue) Column {
	return call("rlike", str, spate.Lit(pattern))
}

// RPad fills up the text on the right to a length, or cuts it.
//
//	functions.RPad("id", 8, " ")
func RPad(col ColumnOrName, length, pad ColumnOrValue) Column {
	return call("rpad", col, spate.Lit(length), spate.Lit(pad))
}

// RTrim removes spaces, or the given characters, from the right.
//
//	functions.RTrim("col")
func RTrim(col ColumnOrName, trim ...ColumnOrValue) Column {
	return call("rtrim", withValues([]any{col}, trim)...)
}

// Sentences splits a text into sentences and those into words.
//
//	functions.Sentences("str")
func Sentences(str ColumnOrName, locale ...ColumnOrValue) Column {
	return call("sentences", withValues([]any{str}, locale)...)
}

// SHA is the SHA-1 checksum in hexadecimal digits.
//
//	functions.SHA("col")
func SHA(col ColumnOrName) Column {
	return call("sha", col)
}

// SHA1 is the SHA-1 checksum in hexadecimal digits.
//
//	functions.SHA1("col")
func SHA1(col ColumnOrName) Column {
	return call("sha1", col)
}

// SHA2 is a checksum of the SHA-2 family, of 224, 256, 384 or 512 bits, in
// hexadecimal digits.
//
//	functions.SHA2("payload", 256)
func SHA2(col ColumnOrName, bits int) Column {
	return call("sha2", col, spate.Lit(bits))
}

// CRC32 is the cyclic redundancy checksum.
//
//	functions.CRC32("col")
func CRC32(col ColumnOrName) Column {
	return call("crc32", col)
}

// Hash is Spark's 32-bit hash of the values (Murmur3).
//
//	functions.Hash("a", "b")
func Hash(cols ...ColumnOrName) Column {
	return call("hash", cols...)
}

// XXHash64 is Spark's 64-bit hash of the values.
//
//	functions.XXHash64("a", "b")
func XXHash64(cols ...ColumnOrName) Column {
	return call("xxhash64", cols...)
}

// Soundex is the Soundex code.
//
//	functions.Soundex("col")
func Soundex(col ColumnOrName) Column {
	return call("soundex", col)
}

// Space is a text of n spaces.
//
//	functions.Space("n")
func Space(n ColumnOrName) Column {
	return call("space", n)
}

// Split cuts a text at the matches of a regular expression, into at most limit
// parts.
//
//	functions.Split("value", " ")
func Split(str ColumnOrName, pattern ColumnOrValue, limit ...ColumnOrValue) Column {
	return call("split", withValues([]any{str, spate.Lit(pattern)}, limit)...)
}

// SplitPart is one part of a text cut at a delimiter, counted from 1, from the
// end if negative.
//
//	functions.SplitPart("path", "/", 2)
func SplitPart(str ColumnOrName, delimiter, part ColumnOrValue) Column {
	return call("split_part", str, spate.Lit(delimiter), spate.Lit(part))
}

// StartsWith is true where the text begins with the other.
//
//	functions.StartsWith("str", "prefix")
func StartsWith(str, prefix ColumnOrName) Column {
	return call("startswith", str, prefix)
}

// Substr is a part of a text from a position, counted from 1.
//
//	functions.Substr("name", 1, 3)
func Substr(str ColumnOrName, pos ColumnOrValue, length ...ColumnOrValue) Column {
	return call("substr", withValues([]any{str, spate.Lit(pos)}, length)...)
}

// Substring is a part of a text from a position, counted from 1.
//
//	functions.Substring("name", 1, 3)
func Substring(str ColumnOrName, pos, length ColumnOrValue) Column {
	return call("substring", str, spate.Lit(pos), spate.Lit(length))
}

// SubstringIndex is the text before the count-th delimiter, or after it counted
// from the end.
//
//	functions.SubstringIndex("host", ".", 2)
func SubstringIndex(str ColumnOrName, delimiter string, count int) Column {
	return call("substring_index", str, spate.Lit(delimiter), spate.Lit(count))
}

// Translate replaces characters one by one.
//
//	functions.Translate("phone", "-/", "")
func Translate(src ColumnOrName, matching, replacement string) Column {
	return call("translate", src, spate.Lit(matching), spate.Lit(replacement))
}

// Trim removes spaces, or the given characters, from both ends.
//
//	functions.Trim("col")
func Trim(col ColumnOrName, characters ...ColumnOrValue) Column {
	return call("trim", withValues([]any{col}, characters)...)
}

// UCase is Upper.
//
//	functions.UCase("str")
func UCase(str ColumnOrName) Column {
	return call("ucase", str)
}

// Upper is the text in upper case.
//
//	functions.Upper("col")
func Upper(col ColumnOrName) Column {
	return call("upper", col)
}

// URLDecode decodes a text of a URL.
//
//	functions.URLDecode("str")
func URLDecode(str ColumnOrName) Column {
	return call("url_decode", str)
}

// TryURLDecode is URLDecode, null where the text is malformed.
//
//	functions.TryURLDecode("str")
func TryURLDecode(str ColumnOrName) Column {
	return call("try_url_decode", str)
}

// URLEncode encodes a text for a URL.
//
//	functions.URLEncode("str")
func URLEncode(str ColumnOrName) Column {
	return call("url_encode", str)
}

// UUID is a random UUID.
//
//	functions.UUID()
func UUID() Column {
	return call("uuid")
}

// IsValidUTF8 is true where the text is valid UTF-8.
//
//	functions.IsValidUTF8("str")
func IsValidUTF8(str ColumnOrName) Column {
	return call("is_valid_utf8", str)
}

// MakeValidUTF8 replaces what is not UTF-8 by the replacement character.
//
//	functions.MakeValidUTF8("str")
func MakeValidUTF8(str ColumnOrName) Column {
	return call("make_valid_utf8", str)
}

// ValidateUTF8 is the text, and fails where it is not UTF-8.
//
//	functions.ValidateUTF8("str")
func ValidateUTF8(str ColumnOrName) Column {
	return call("validate_utf8", str)
}

// TryValidateUTF8 is the text, null where it is not UTF-8.
//
//	functions.TryValidateUTF8("str")
func TryValidateUTF8(str ColumnOrName) Column {
	return call("try_validate_utf8", str)
}

// ToBinary reads bytes from text: hex, utf-8 or base64.
//
//	functions.ToBinary("payload", "base64")
func ToBinary(col ColumnOrName, format ...ColumnOrValue) Column {
	return call("to_binary", withValues([]any{col}, format)...)
}

// TryToBinary is ToBinary, null where the text is malformed.
//
//	functions.TryToBinary("payload", "base64")
func TryToBinary(col ColumnOrName, format ...ColumnOrValue) Column {
	return call("try_to_binary", withValues([]any{col}, format)...)
}

// ToChar prints a number or a time in a format.
//
//	functions.ToChar("price", "999.99")
func ToChar(col ColumnOrName, format ColumnOrValue) Column {
	return call("to_char", col, spate.Lit(format))
}

// ToVarchar is ToChar.
//
//	functions.ToVarchar("price", "999.99")
func ToVarchar(col ColumnOrName, format ColumnOrValue) Column {
	return call("to_varchar", col, spate.Lit(format))
}

// ToNumber reads a number in a format.
//
//	functions.ToNumber("text", "999.99")
func ToNumber(col ColumnOrName, format ColumnOrValue) Column {
	return call("to_number", col, spate.Lit(format))
}

// TryToNumber is ToNumber, null where the text does not match.
//
//	functions.TryToNumber("text", "999.99")
func TryToNumber(col ColumnOrName, format ColumnOrValue) Column {
	return call("try_to_number", col, spate.Lit(format))
}

// TypeOf is the name of the type.
//
//	functions.TypeOf("col")
func TypeOf(col ColumnOrName) Column {
	return call("typeof", col)
}
