"""Tables, sessions, encryption, migrations, audit: the only user of SQLAlchemy and of database drivers."""
