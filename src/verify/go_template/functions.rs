//! Functions that templates of External Secrets can call.

/// Functions of Go. Source: documentation of `text/template`.
const GO: [&str; 18] = [
    "and", "call", "eq", "ge", "gt", "html", "index", "js", "le", "len", "lt", "ne", "not", "or",
    "print", "printf", "println", "urlquery",
];

/// Functions of External Secrets, and `slice` of Go. Source: guide "Advanced Templating v2".
const EXTERNAL_SECRETS: [&str; 22] = [
    "certSANs",
    "filterCertChain",
    "filterPEM",
    "fromYaml",
    "fullPemToPkcs12",
    "fullPemToPkcs12Pass",
    "getSecretKey",
    "hexdec",
    "jwkPrivateKeyPem",
    "jwkPublicKeyPem",
    "pemToPkcs12",
    "pemToPkcs12Pass",
    "pemTruststoreToPKCS12",
    "pemTruststoreToPKCS12Pass",
    "pkcs12cert",
    "pkcs12certPass",
    "pkcs12key",
    "pkcs12keyPass",
    "rsaDecrypt",
    "slice",
    "toYaml",
    "hello",
];

/// Functions of Sprig 3 without `env` and `expandenv`, which External Secrets removes. Source:
/// `functions.go` of Sprig.
const SPRIG: &str = "abbrev abbrevboth add add1 add1f addf adler32sum ago all any append atoi \
    b32dec b32enc b64dec b64enc base bcrypt biggest buildCustomCert camelcase cat ceil chunk clean \
    coalesce compact concat contains date date_in_zone date_modify dateInZone dateModify \
    decryptAES deepCopy deepEqual default derivePassword dict dig dir div divf duration \
    durationRound empty encryptAES ext fail first float64 floor fromJson genCA genCAWithKey \
    genPrivateKey genSelfSignedCert genSelfSignedCertWithKey genSignedCert genSignedCertWithKey \
    get getHostByName has hasKey hasPrefix hasSuffix htmlDate htmlDateInZone htpasswd indent \
    initial initials int int64 isAbs join kebabcase keys kindIs kindOf last list lower max maxf \
    merge mergeOverwrite min minf mod mul mulf mustAppend mustChunk mustCompact mustDateModify \
    must_date_modify mustDeepCopy mustFirst mustFromJson mustHas mustInitial mustLast mustMerge \
    mustMergeOverwrite mustPrepend mustPush mustRegexFind mustRegexFindAll mustRegexMatch \
    mustRegexReplaceAll mustRegexReplaceAllLiteral mustRegexSplit mustRest mustReverse mustSlice \
    mustToDate mustToJson mustToPrettyJson mustToRawJson mustUniq mustWithout nindent nospace now \
    omit osBase osClean osDir osExt osIsAbs pick pluck plural prepend push quote randAlpha \
    randAlphaNum randAscii randBytes randInt randNumeric randSeededNumeric regexFind regexFindAll \
    regexMatch regexQuoteMeta regexReplaceAll regexReplaceAllLiteral regexSplit repeat replace \
    rest reverse round semver semverCompare seq set sha1sum sha256sum sha512sum shuffle snakecase \
    sortAlpha split splitList splitn squote sub subf substr swapcase ternary title toDate \
    toDecimal toJson toPrettyJson toRawJson toString toStrings trim trimAll trimPrefix trimSuffix \
    trimall trunc tuple typeIs typeIsLike typeOf uniq unixEpoch unset until untilStep untitle \
    upper urlJoin urlParse uuidv4 values without wrap wrapWith";

/// Returns whether templates can call a function.
pub(super) fn is_known(name: &str) -> bool {
    all().any(|known| known == name)
}

/// All functions.
pub(super) fn all() -> impl Iterator<Item = &'static str> {
    GO.into_iter().chain(EXTERNAL_SECRETS).chain(SPRIG.split_whitespace())
}
