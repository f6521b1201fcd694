//! One's own account: signing in with two steps, profile, password, sessions.

use axum::http::StatusCode;
use kikimori_app::accounts::totp;

use crate::client::{Browser, PASSWORD, Server};

/// The bytes of a Base32 text.
fn bytes_of(base32: &str) -> Vec<u8> {
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bits: Vec<u8> = base32
        .bytes()
        .filter(|letter| *letter != b' ')
        .flat_map(|letter| {
            let value = letters.iter().position(|known| *known == letter).unwrap();
            (0..5).rev().map(move |bit| ((value >> bit) & 1) as u8)
        })
        .collect();
    bits.chunks_exact(8).map(|byte| byte.iter().fold(0, |all, bit| (all << 1) | bit)).collect()
}

/// Turns the authenticator on; its secret and the recovery codes.
async fn enrol(server: &Server, browser: &mut Browser) -> (Vec<u8>, Vec<String>) {
    let page = browser.get("/account/authenticator").await;
    assert!(page.shows("<svg class=\"kk-qr\""), "{}", page.text);
    let start = page.text.find("kk-qr").unwrap();
    let mut words = page.text[start..]
        .split(|letter: char| !(letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == ' '));
    let secret = bytes_of(words.find(|word| word.len() == 39).unwrap());
    let wrong = browser.post("/account/authenticator", &[("code", "000000")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.shows("コードが正しくない"), "{}", wrong.text);
    let code = totp::code(&secret, totp::step_at(server.now()));
    let done = browser.post("/account/authenticator", &[("code", &code)]).await;
    assert_eq!(done.status, StatusCode::OK);
    let codes: Vec<String> = done
        .text
        .split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '-'))
        .filter(|word| word.len() == 19 && word.matches('-').count() == 3)
        .map(str::to_owned)
        .collect();
    assert_eq!(codes.len(), 10, "{}", done.text);
    (secret, codes)
}

#[tokio::test]
async fn asks_for_the_second_step() {
    for bed in kikimori_testbed::each().await {
        let server = Server::start(&bed).await;
        let mut browser = server.set_up("mah").await;
        let (secret, codes) = enrol(&server, &mut browser).await;

        let mut second = server.sign_in("yamada@example.jp").await;
        let kept_out = second.get("/account").await;
        assert_eq!((kept_out.status, kept_out.location()), (StatusCode::SEE_OTHER, "/sign-in/code"));
        let code = totp::code(&secret, totp::step_at(server.now()));
        let replayed = second.fill("/sign-in/code", "/sign-in/code", &[("code", &code)]).await;
        assert_eq!(replayed.status, StatusCode::UNPROCESSABLE_ENTITY, "it was used to turn it on");
        server.wait(30_000);
        let code = totp::code(&secret, totp::step_at(server.now()));
        let done = second.post("/sign-in/code", &[("code", &code)]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
        assert_eq!(second.get("/account").await.status, StatusCode::OK);

        for (number, expected) in
            [StatusCode::SEE_OTHER, StatusCode::UNPROCESSABLE_ENTITY].into_iter().enumerate()
        {
            let mut lost = server.sign_in("yamada@example.jp").await;
            let typed = codes[0].to_lowercase();
            let done =
                lost.fill("/sign-in/recovery", "/sign-in/recovery", &[("recovery_code", &typed)]).await;
            assert_eq!(done.status, expected, "use {number} of one recovery code");
        }

        let page = "/account/authenticator";
        let refused = second.fill(page, "/account/authenticator/remove", &[("password", "wrong")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let done = second.fill(page, "/account/authenticator/remove", &[("password", PASSWORD)]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
        let mut plain = server.sign_in("yamada@example.jp").await;
        assert_eq!(plain.get("/account").await.status, StatusCode::OK, "one step again");
    }
}

#[tokio::test]
async fn locks_an_account_whose_codes_are_tried_out() {
    let bed = kikimori_testbed::sqlite();
    let server = Server::start(&bed).await;
    let mut browser = server.set_up("mah").await;
    enrol(&server, &mut browser).await;
    server.wait(60_000);
    // Signing in again between guesses must not forget them.
    for _ in 0..8 {
        let mut guesser = server.sign_in("yamada@example.jp").await;
        let wrong = guesser.fill("/sign-in/code", "/sign-in/code", &[("code", "123456")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let mut locked = server.browser();
    let refused = locked.post("/sign-in", &[("email", "yamada@example.jp"), ("password", PASSWORD)]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.shows("分後"), "{}", refused.text);
    server.wait(16 * 60_000);
    server.sign_in("yamada@example.jp").await;
}

#[tokio::test]
async fn slows_down_an_address_that_tries_passwords() {
    let bed = kikimori_testbed::sqlite();
    let server = Server::start(&bed).await;
    server.set_up("mah").await;
    let mut browser = server.browser();
    let mut statuses = Vec::new();
    for number in 0..31 {
        let email = format!("guess{number}@example.jp");
        statuses.push(browser.post("/sign-in", &[("email", &email), ("password", "x")]).await.status);
    }
    assert_eq!(statuses[29], StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(statuses[30], StatusCode::TOO_MANY_REQUESTS);
    server.wait(10_000);
    server.sign_in("yamada@example.jp").await;
}

#[tokio::test]
async fn changes_profile_and_password() {
    let bed = kikimori_testbed::sqlite();
    let server = Server::start(&bed).await;
    let mut browser = server.set_up("mah").await;
    let mut other = server.sign_in("yamada@example.jp").await;
    let fields = [("person", "山田 はな"), ("language", "en")];
    let done = browser.fill("/account", "/account", &fields).await;
    assert_eq!(done.location(), "/account?done=profile");
    let page = browser.get("/account?done=profile").await;
    assert!(page.shows("山田 はな") && page.shows("Your profile was saved."), "{}", page.text);
    let late = browser.post("/account", &[("person", "x"), ("language", "ja"), ("revision", "1")]).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    let empty = browser.fill("/account", "/account", &[("person", " "), ("language", "ja")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);

    let new = "ちりぬるをわかよたれそつね";
    let fields = [("password", "wrong"), ("new_password", new), ("new_password_again", new)];
    let refused = browser.fill("/account/password", "/account/password", &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let fields = [("password", PASSWORD), ("new_password", new), ("new_password_again", new)];
    let done = browser.fill("/account/password", "/account/password", &fields).await;
    assert_eq!(done.location(), "/account/password?done=password", "{}", done.text);
    assert_eq!(browser.get("/account").await.status, StatusCode::OK);
    assert_eq!(other.get("/account").await.location(), "/sign-in?return=%2Faccount", "its session ended");
    let old =
        server.browser().post("/sign-in", &[("email", "yamada@example.jp"), ("password", PASSWORD)]).await;
    assert_eq!(old.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn lists_and_ends_sessions() {
    let bed = kikimori_testbed::sqlite();
    let server = Server::start(&bed).await;
    let mut browser = server.set_up("mah").await;
    let mut other = server.sign_in("yamada@example.jp").await;
    let mut third = server.sign_in("yamada@example.jp").await;
    let page = browser.get("/account/sessions").await;
    let id = page.between("name=\"session\" value=\"", "\"");
    let done = browser.post("/account/sessions/end", &[("session", &id)]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    let again = browser.post("/account/sessions/end", &[("session", &id)]).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
    let alive = [other.get("/account").await.status, third.get("/account").await.status];
    assert_eq!(alive.iter().filter(|status| **status == StatusCode::OK).count(), 1, "{alive:?}");
    browser.fill("/account/sessions", "/account/sessions/end-others", &[]).await;
    for session in [&mut other, &mut third] {
        assert_eq!(session.get("/account").await.status, StatusCode::SEE_OTHER);
    }
    assert_eq!(browser.get("/account").await.status, StatusCode::OK);
}
