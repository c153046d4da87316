//! Tokens of vendors, as data. Source of the facts: the rules of gitleaks (MIT) and the
//! documentation of the vendors.

/// Characters of a token after the prefix.
#[derive(Debug, Clone, Copy)]
pub(super) enum Alphabet {
    /// Hexadecimal digits.
    Hex,
    /// Letters and digits.
    Alnum,
    /// Letters, digits, `_` and `-`.
    Word,
    /// Letters, digits and `._-+/=~`.
    Base64,
}

impl Alphabet {
    /// Whether a byte belongs to the alphabet.
    pub(super) fn has(self, byte: u8) -> bool {
        match self {
            Alphabet::Hex => byte.is_ascii_hexdigit(),
            Alphabet::Alnum => byte.is_ascii_alphanumeric(),
            Alphabet::Word => byte.is_ascii_alphanumeric() || b"_-".contains(&byte),
            Alphabet::Base64 => byte.is_ascii_alphanumeric() || b"._-+/=~".contains(&byte),
        }
    }
}

/// A token that starts with a fixed prefix.
#[derive(Debug)]
pub(super) struct Token {
    /// Prefix of the token.
    pub(super) prefix: &'static str,
    /// Characters after the prefix.
    pub(super) body: Alphabet,
    /// Minimum number of characters after the prefix.
    pub(super) least: usize,
}

const fn token(prefix: &'static str, body: Alphabet, least: usize) -> Token {
    Token { prefix, body, least }
}

use Alphabet::{Alnum, Base64, Hex, Word};

/// Tokens of vendors, by prefix.
pub(super) const TOKENS: &[Token] = &[
    // Source control and CI.
    token("ghp_", Alnum, 12),
    token("gho_", Alnum, 12),
    token("ghu_", Alnum, 12),
    token("ghs_", Alnum, 12),
    token("ghr_", Alnum, 12),
    token("github_pat_", Word, 16),
    token("glpat-", Base64, 12),
    token("gldt-", Word, 16),
    token("glrt-", Base64, 16),
    token("glcbt-", Word, 16),
    token("glptt-", Hex, 32),
    token("glft-", Word, 16),
    token("glffct-", Word, 16),
    token("glimt-", Word, 20),
    token("gloas-", Word, 32),
    token("glsoat-", Word, 16),
    token("glagent-", Word, 32),
    token("GR1348941", Word, 16),
    token("ATATT3", Base64, 60),
    token("ATBB", Alnum, 32),
    token("ATCTT3", Base64, 60),
    token("sgp_", Word, 40),
    token("squ_", Hex, 40),
    token("sqp_", Hex, 40),
    token("sqa_", Hex, 40),
    token("pul-", Hex, 40),
    token("API-", Alnum, 26),
    token("bkua_", Hex, 40),
    token("CCIPAT_", Word, 40),
    token("tfp_", Base64, 40),
    // Package registries.
    token("npm_", Alnum, 30),
    token("pypi-AgE", Word, 40),
    token("rubygems_", Hex, 40),
    token("oy2", Alnum, 43),
    token("AKCp", Alnum, 60),
    token("cmVmd", Alnum, 59),
    token("dckr_pat_", Word, 20),
    token("dckr_oat_", Word, 20),
    token("CLOJARS_", Alnum, 50),
    token("cio", Alnum, 32),
    // Clouds and platforms.
    token("AKIA", Alnum, 16),
    token("ASIA", Alnum, 16),
    token("ABIA", Alnum, 16),
    token("ACCA", Alnum, 16),
    token("ABSK", Base64, 100),
    token("AIza", Word, 32),
    token("GOCSPX-", Word, 20),
    token("ya29.", Base64, 20),
    token("1//0", Word, 30),
    token("LTAI", Alnum, 16),
    token("dop_v1_", Hex, 40),
    token("doo_v1_", Hex, 40),
    token("dor_v1_", Hex, 40),
    token("HRKU-", Word, 30),
    token("fo1_", Word, 40),
    token("fm1r_", Base64, 60),
    token("fm2_", Base64, 60),
    token("v1.0-", Base64, 100),
    token("pscale_tkn_", Base64, 30),
    token("pscale_pw_", Base64, 30),
    token("pscale_oauth_", Base64, 30),
    token("dapi", Hex, 32),
    token("4b1d", Alnum, 38),
    token("AQVN", Word, 35),
    token("sbp_", Hex, 40),
    token("nfp_", Alnum, 36),
    token("rnd_", Alnum, 28),
    token("tskey-", Word, 20),
    token("sha256~", Word, 40),
    token("K10", Base64, 60),
    // Secret stores and identity.
    token("hvs.", Word, 20),
    token("hvb.", Word, 60),
    token("hvr.", Word, 60),
    token("s.", Alnum, 24),
    token("ops_eyJ", Base64, 60),
    token("dp.pt.", Alnum, 30),
    token("dp.st.", Base64, 30),
    token("dp.sa.", Base64, 30),
    token("p-", Alnum, 60),
    token("AGE-SECRET-KEY-1", Alnum, 40),
    token("pnu_", Alnum, 30),
    // Chat and mail.
    token("xoxb-", Word, 12),
    token("xoxp-", Word, 12),
    token("xoxa-", Word, 12),
    token("xoxr-", Word, 12),
    token("xoxs-", Word, 12),
    token("xoxo-", Word, 12),
    token("xoxe-", Word, 40),
    token("xoxe.xox", Word, 40),
    token("xapp-", Word, 20),
    token("SG.", Base64, 40),
    token("xkeysib-", Word, 40),
    token("key-", Hex, 32),
    token("re_", Word, 30),
    token("SK", Hex, 32),
    token("AC", Hex, 32),
    // Payment and shops.
    token("sk_live_", Alnum, 10),
    token("sk_test_", Alnum, 10),
    token("sk_prod_", Alnum, 10),
    token("rk_live_", Alnum, 10),
    token("rk_test_", Alnum, 10),
    token("whsec_", Base64, 20),
    token("sq0atp-", Word, 20),
    token("sq0csp-", Word, 40),
    token("EAAA", Word, 60),
    token("shpat_", Hex, 32),
    token("shpca_", Hex, 32),
    token("shppa_", Hex, 32),
    token("shpss_", Hex, 32),
    token("shippo_live_", Hex, 40),
    token("shippo_test_", Hex, 40),
    token("EZAK", Alnum, 54),
    token("EZTK", Alnum, 54),
    token("FLWSECK", Word, 12),
    // Models.
    token("sk-ant-", Word, 20),
    token("sk-proj-", Word, 20),
    token("sk-svcacct-", Word, 20),
    token("sk-admin-", Word, 20),
    token("sk-or-", Word, 32),
    token("sk-", Alnum, 20),
    token("hf_", Alnum, 30),
    token("pplx-", Alnum, 40),
    token("gsk_", Alnum, 40),
    token("r8_", Alnum, 36),
    token("xai-", Alnum, 60),
    token("nvapi-", Word, 40),
    // Observability.
    token("glsa_", Word, 32),
    token("glc_", Base64, 32),
    token("eyJrIjoi", Base64, 50),
    token("NRAK-", Alnum, 27),
    token("NRII-", Word, 32),
    token("NRJS-", Hex, 19),
    token("dt0c01.", Base64, 60),
    token("dt0s01.", Base64, 60),
    token("sntrys_", Base64, 40),
    token("sntryu_", Hex, 60),
    token("ddp_", Alnum, 34),
    token("PMAK-", Word, 50),
    token("ico-", Alnum, 32),
    token("lin_api_", Alnum, 32),
    token("secret_", Alnum, 40),
    token("ntn_", Alnum, 40),
    token("figd_", Word, 36),
    token("rdme_", Alnum, 60),
    token("duffel_test_", Word, 40),
    token("duffel_live_", Word, 40),
];
