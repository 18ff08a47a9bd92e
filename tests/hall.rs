//! 大厅: a whole registry for one test, audited when it closes.

use guildhall::acts::accounts::{NewAccount, open, open_first};
use guildhall::acts::{Registry, Settings, audit};
use guildhall::domain::account::{
    Actor, Administrator, AssessmentClerk, AssessmentSignatory, Auditor, BureauOfficer, Clerk,
    Officer, OnDuty, Role, Scope, Viewer,
};
use guildhall::domain::assessor::AssessorId;
use guildhall::domain::institution::InstitutionId;
use guildhall::domain::place::RegionCode;
use guildhall::ground::clock::{Clock, Now};
use guildhall::seal::vault::Vault;
use guildhall::store::{Store, accounts, ledger};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// The password of everybody in the cast.
pub const PASSWORD: &str = "三匹枣红马过了那座旧木桥";

static HALLS: AtomicU32 = AtomicU32::new(0);

/// A registry of its own: a SQLite file, or a schema of the PostgreSQL in `TEST_DATABASE_URL`.
pub struct Hall {
    /// The registry.
    pub registry: Arc<Registry>,
    /// The time in the hall; move it as the story goes on.
    pub now: Now,
    /// The counter's clock; it stands at `now`.
    pub clock: Clock,
    folder: tempfile::TempDir,
    url: String,
    logins: AtomicU32,
    unaudited: AtomicBool,
}

impl Hall {
    /// An empty registry on Monday 2026-03-02, nine o'clock in Beijing.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = match std::env::var("TEST_DATABASE_URL") {
            Ok(server) => Self::fresh_schema(&server),
            Err(_) => folder.path().join("hall.db").to_string_lossy().into_owned(),
        };
        Self::open(url, folder)
    }

    /// The same on another server, all of which is its own.
    pub fn at(url: &str) -> Self {
        Self::open(url.to_owned(), tempfile::tempdir().unwrap())
    }

    fn open(url: String, folder: tempfile::TempDir) -> Self {
        let store = Store::open(&url).unwrap();
        let registry = Registry::open(store, Vault::new([7; 32]), Settings::default()).unwrap();
        let now = Now::beijing(chrono::NaiveDate::from_ymd_opt(2026, 3, 2).unwrap(), 9, 0);
        Self {
            registry: Arc::new(registry),
            now,
            clock: Clock::standing(now),
            folder,
            url,
            logins: AtomicU32::new(0),
            unaudited: AtomicBool::new(false),
        }
    }

    fn fresh_schema(server: &str) -> String {
        use diesel::Connection;
        use diesel::connection::SimpleConnection;
        let name = format!(
            "hall_{}_{}",
            std::process::id(),
            HALLS.fetch_add(1, Ordering::Relaxed)
        );
        let mut connection = diesel::PgConnection::establish(server).unwrap();
        connection
            .batch_execute(&format!(
                "DROP SCHEMA IF EXISTS {name} CASCADE; CREATE SCHEMA {name}"
            ))
            .unwrap();
        let mark = if server.contains('?') { '&' } else { '?' };
        format!("{server}{mark}options=-csearch_path%3D{name}")
    }

    /// Another server over the same database.
    pub fn beside(&self) -> Registry {
        let store = Store::open(&self.url).unwrap();
        Registry::open(store, Vault::new([7; 32]), Settings::default()).unwrap()
    }

    /// Where its database is.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The hall's own folder.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Moves the clock to a day at nine in the morning.
    pub fn on(&mut self, day: &str) {
        self.now = Now::beijing(day.parse().unwrap(), 9, 0);
        self.clock.put(self.now);
    }

    /// Somebody with this role over this scope, with an account of her own.
    pub fn actor(&self, role: Role, scope: Scope) -> Actor {
        let login = format!(
            "{}-{}",
            role.as_str().replace('_', "-"),
            self.logins.fetch_add(1, Ordering::Relaxed)
        );
        let new = |login: &str, role, scope| NewAccount {
            login: login.to_owned(),
            name: "赵敏".to_owned(),
            role,
            scope,
            password: PASSWORD.to_owned(),
        };
        let none_yet = self.registry.store.read(accounts::count_open).unwrap() == 0;
        if none_yet {
            let keeper = vec![new("keeper", Role::Administrator, Scope::All)];
            open_first(&self.registry, keeper, self.now).unwrap();
        }
        let keeper = self
            .registry
            .store
            .read(|db| accounts::by_login(db, "keeper"))
            .unwrap()
            .unwrap();
        let keeper = Administrator::of(keeper.actor().unwrap()).unwrap();
        let id = open(&self.registry, &keeper, new(&login, role, scope), self.now).unwrap();
        self.registry
            .store
            .read(|db| accounts::one(db, &id))
            .unwrap()
            .actor()
            .unwrap()
    }

    /// A city officer.
    pub fn bureau(&self) -> BureauOfficer {
        BureauOfficer::of(self.actor(Role::BureauOfficer, Scope::All)).unwrap()
    }

    /// A city officer, as an officer.
    pub fn officer(&self) -> Officer {
        Officer::of(self.actor(Role::BureauOfficer, Scope::All)).unwrap()
    }

    /// An officer of one county, e.g. `150902`.
    pub fn county(&self, region: &str) -> Officer {
        Officer::of(self.actor(
            Role::CountyOfficer,
            Scope::Region(RegionCode::read(region).unwrap()),
        ))
        .unwrap()
    }

    /// A clerk of a training institution.
    pub fn clerk(&self, institution: &InstitutionId) -> Clerk {
        Clerk::of(self.actor(
            Role::InstitutionClerk,
            Scope::Institution(institution.clone()),
        ))
        .unwrap()
    }

    /// A clerk of an assessment organisation.
    pub fn assessment_clerk(&self, institution: &InstitutionId) -> AssessmentClerk {
        AssessmentClerk::of(self.actor(
            Role::AssessmentClerk,
            Scope::Institution(institution.clone()),
        ))
        .unwrap()
    }

    /// A signatory of an assessment organisation.
    pub fn assessment_signatory(&self, institution: &InstitutionId) -> AssessmentSignatory {
        AssessmentSignatory::of(self.actor(
            Role::AssessmentSignatory,
            Scope::Institution(institution.clone()),
        ))
        .unwrap()
    }

    /// An assessor at her own page.
    pub fn on_duty(&self, assessor: &AssessorId) -> OnDuty {
        OnDuty::of(self.actor(Role::Assessor, Scope::Assessor(assessor.clone()))).unwrap()
    }

    /// The auditor.
    pub fn auditor(&self) -> Auditor {
        Auditor::of(self.actor(Role::Auditor, Scope::All)).unwrap()
    }

    /// Anybody as a viewer.
    pub fn viewer(&self, actor: &Actor) -> Viewer {
        Viewer::of(actor.clone()).unwrap()
    }

    /// Leaves without the audit: for a test whose records were written to break promises.
    pub fn leave_unaudited(&self) {
        self.unaudited.store(true, Ordering::Relaxed);
    }

    /// The kinds of line about one record, oldest first.
    pub fn deeds(&self, noun: &str, subject: &str) -> Vec<String> {
        let lines = self
            .registry
            .store
            .read(|db| ledger::of(db, noun, subject))
            .unwrap();
        lines.into_iter().map(|line| line.kind).collect()
    }
}

impl Drop for Hall {
    /// Every test is also a test of every promise.
    fn drop(&mut self) {
        if !std::thread::panicking() && !self.unaudited.load(Ordering::Relaxed) {
            let broken = audit::all(&self.registry).unwrap();
            assert!(broken.is_empty(), "broken promises: {broken:?}");
        }
    }
}
