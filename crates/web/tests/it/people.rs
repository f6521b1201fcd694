//! The people of an organisation: invitations, roles, suspension, links for a new password, several organisations.

use axum::http::StatusCode;

use crate::client::{Browser, PASSWORD, Server};

/// Invites somebody and gives the way of the link.
pub async fn invite(administrator: &mut Browser, name: &str, email: &str, roles: &[&str]) -> String {
    let mut fields = vec![("person", name), ("email", email), ("language", "ja")];
    fields.extend(roles.iter().map(|role| ("roles", *role)));
    let page = "/admin/users/invite";
    let done = administrator.fill(page, page, &fields).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text);
    format!("/invitations/{}", done.between("http://kikimori.test/invitations/", "<"))
}

/// Invites somebody who joins.
pub async fn join(
    server: &Server,
    administrator: &mut Browser,
    name: &str,
    email: &str,
    roles: &[&str],
) -> Browser {
    let link = invite(administrator, name, email, roles).await;
    let mut browser = server.browser();
    let fields = [("new_password", PASSWORD), ("new_password_again", PASSWORD)];
    let done = browser.fill(&link, &link, &fields).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/"), "{}", done.text);
    browser
}

/// The way of the page of who has this name.
async fn page_of(administrator: &mut Browser, name: &str) -> String {
    let list = administrator.get("/admin/users").await;
    // The last one: the shell shows the name of who is signed in.
    let (before, _) = list.text.rsplit_once(&format!(">{name}<")).unwrap();
    let start = before.rfind("/admin/users/").unwrap();
    before[start..].split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn invites_people_by_a_link_that_works_once() {
    for bed in kikimori_testbed::each().await {
        let server = Server::start(&bed).await;
        let mut administrator = server.set_up("mah").await;
        let link = invite(&mut administrator, "佐藤 次郎", "Sato@Example.jp", &["ra"]).await;
        assert!(!administrator.get("/admin/users").await.shows(&link), "it is shown once");
        let mut sato = server.browser();
        let short = sato.fill(&link, &link, &[("new_password", "x"), ("new_password_again", "x")]).await;
        assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
        let fields = [("new_password", PASSWORD), ("new_password_again", PASSWORD)];
        let done = sato.fill(&link, &link, &fields).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
        assert!(sato.get("/account").await.shows("薬事担当"), "the role of the invitation");
        let again = server.browser().get(&link).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(again.shows("ACCOUNT-009"));

        let twice = [("person", "x"), ("email", "sato@example.jp"), ("language", "ja"), ("roles", "ra")];
        let page = "/admin/users/invite";
        let refused = administrator.fill(page, page, &twice).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "a member already");

        let late = invite(&mut administrator, "鈴木 三郎", "suzuki@example.jp", &["reader"]).await;
        server.wait(8 * 24 * 60 * 60 * 1_000);
        assert_eq!(server.browser().get(&late).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let mut administrator = server.sign_in("yamada@example.jp").await;
        invite(&mut administrator, "鈴木 三郎", "suzuki@example.jp", &["reader"]).await;
        let list = administrator.get("/admin/users?user_state=invited").await;
        let id = list.between("name=\"user\" value=\"", "\"");
        let done = administrator.post("/admin/users/withdraw", &[("user", &id)]).await;
        assert_eq!(done.location(), "/admin/users?done=withdrawn");
        assert!(!administrator.get("/admin/users").await.shows("鈴木 三郎"));
    }
}

#[tokio::test]
async fn keeps_somebody_to_run_the_accounts() {
    for bed in kikimori_testbed::each().await {
        let server = Server::start(&bed).await;
        let mut yamada = server.set_up("mah").await;
        let own = page_of(&mut yamada, "山田 花子").await;
        let refused = yamada.fill(&own, &own, &[("roles", "psirt")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.shows("管理者がいなくなります"), "{}", refused.text);
        let reason = [("reason", "退職")];
        let refused = yamada.post(&format!("{own}/disable"), &reason).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "nobody suspends themselves");

        let mut sato = join(&server, &mut yamada, "佐藤 次郎", "sato@example.jp", &["administrator"]).await;
        let done = yamada.fill(&own, &own, &[("roles", "psirt")]).await;
        assert_eq!(done.location(), format!("{own}?done=roles"), "{}", done.text);
        assert_eq!(yamada.get("/admin/users/invite").await.status, StatusCode::FORBIDDEN);
        let late = sato.post(&own, &[("roles", "ra"), ("revision", "1")]).await;
        assert_eq!(late.status, StatusCode::BAD_REQUEST, "no token of a page yet");
        sato.get(&own).await;
        let late = sato.post(&own, &[("roles", "ra"), ("revision", "1")]).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
    }
}

#[tokio::test]
async fn suspends_and_lets_work_again() {
    let bed = kikimori_testbed::sqlite();
    let server = Server::start(&bed).await;
    let mut yamada = server.set_up("mah").await;
    let mut sato = join(&server, &mut yamada, "佐藤 次郎", "sato@example.jp", &["ra"]).await;
    let page = page_of(&mut yamada, "佐藤 次郎").await;
    let ask = format!("{page}/disable");
    let refused = yamada.fill(&ask, &ask, &[("reason", " ")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "without a reason");
    let done = yamada.fill(&ask, &ask, &[("reason", "長期休職")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    assert_eq!(sato.get("/account").await.status, StatusCode::SEE_OTHER, "signed out at once");
    let mut back = server.sign_in("sato@example.jp").await;
    assert_eq!(back.get("/admin/users").await.status, StatusCode::FORBIDDEN, "no organisation to work in");
    let trail = yamada.get("/admin/audit?event=suspend_person").await;
    assert!(trail.shows("長期休職") && trail.shows("利用の停止"), "{}", trail.text);
    yamada.fill(&page, &format!("{page}/enable"), &[]).await;
    let mut sato = server.sign_in("sato@example.jp").await;
    assert_eq!(sato.get("/admin/users").await.status, StatusCode::OK);
    yamada.fill(&page, &format!("{page}/end-sessions"), &[]).await;
    assert_eq!(sato.get("/admin/users").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn lets_a_locked_person_in_and_sets_forgotten_passwords() {
    let bed = kikimori_testbed::sqlite();
    let server = Server::start(&bed).await;
    let mut yamada = server.set_up("mah").await;
    join(&server, &mut yamada, "佐藤 次郎", "sato@example.jp", &["ra"]).await;
    for _ in 0..8 {
        server.browser().post("/sign-in", &[("email", "sato@example.jp"), ("password", "x")]).await;
    }
    let page = page_of(&mut yamada, "佐藤 次郎").await;
    assert!(yamada.get("/admin/users").await.shows("ロック中"));
    yamada.fill(&page, &format!("{page}/unlock"), &[]).await;
    let mut sato = server.sign_in("sato@example.jp").await;

    let made = yamada.fill(&page, &format!("{page}/reset-password"), &[]).await;
    let link = format!("/invitations/{}", made.between("http://kikimori.test/invitations/", "<"));
    let new = "うゐのおくやまけふこえて";
    let mut browser = server.browser();
    let done = browser.fill(&link, &link, &[("new_password", new), ("new_password_again", new)]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    assert_eq!(browser.get("/account").await.status, StatusCode::OK);
    assert_eq!(sato.get("/account").await.status, StatusCode::SEE_OTHER, "signed out everywhere");
}

/// An administrator must not get into other organisations by the account of somebody who works in both.
#[tokio::test]
async fn takes_over_no_account_that_works_elsewhere() {
    for bed in kikimori_testbed::each().await {
        let server = Server::start(&bed).await;
        let mut yamada = server.set_up("mah").await;
        let mut sato = join(&server, &mut yamada, "佐藤 次郎", "sato@example.jp", &["administrator"]).await;
        let page = page_of(&mut sato, "山田 花子").await;
        let refused = sato.fill(&page, &format!("{page}/reset-password"), &[]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "she runs the installation");
        assert!(refused.shows("ACCOUNT-015"));

        let other = crate::matrix::other_organisation(&server).await;
        let link = other.invite(&server, "sato@example.jp").await;
        let turned_away = server.browser().get(&link).await;
        assert!(turned_away.location().starts_with("/sign-in?return="), "who has an account signs in");
        assert_eq!(yamada.get(&link).await.status, StatusCode::UNPROCESSABLE_ENTITY, "it is somebody else's");
        let joined = sato.fill(&link, &link, &[]).await;
        assert_eq!(joined.location(), "/?done=joined", "{}", joined.text);
        let profile = sato.get("/account").await;
        assert!(profile.shows("東都メディカル株式会社") && profile.shows("西都病院"), "{}", profile.text);
        let page = page_of(&mut yamada, "佐藤 次郎").await;
        let refused = yamada.fill(&page, &format!("{page}/reset-password"), &[]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "he works elsewhere too");
        let refused = yamada.fill(&page, &format!("{page}/reset-authenticator"), &[]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);

        let id = profile.between("name=\"organisation\" value=\"", "\"");
        let done = sato.post("/account/organisation", &[("organisation", &id)]).await;
        assert_eq!(done.location(), "/?done=switched", "{}", done.text);
        assert!(
            sato.get("/account").await.shows("山田") || sato.get("/admin/users").await.shows("山田 花子")
        );
        let strange = yamada.post("/account/organisation", &[("organisation", &other.id.to_string())]).await;
        assert_eq!(strange.status, StatusCode::NOT_FOUND, "she does not work there");
    }
}

#[tokio::test]
async fn renames_the_organisation() {
    let bed = kikimori_testbed::sqlite();
    let server = Server::start(&bed).await;
    let mut yamada = server.set_up("mah").await;
    let page = "/admin/organisation";
    let fields = [("organisation_ja", "東都メディカル"), ("organisation_en", "")];
    let done = yamada.fill(page, page, &fields).await;
    assert_eq!(done.location(), "/admin/organisation?done=organisation", "{}", done.text);
    assert!(yamada.get(page).await.shows("東都メディカル"));
    let late = yamada.post(page, &[("organisation_ja", "x"), ("revision", "1")]).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    let about = yamada.get("/admin/about").await;
    assert!(about.shows("SQLite") && about.shows("axum") && about.shows("Apache-2.0"));
    assert!(yamada.get("/admin").await.shows("/admin/audit"));
}
