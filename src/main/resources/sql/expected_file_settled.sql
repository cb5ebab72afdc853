-- Whether a file of a domain came in a month and was loaded, or people know that none did.
select exists (
         select from refkeeper.load_run
         where domain = :domain and status = 'loaded' and received_at >= :from and received_at < :until)
    or exists (
         select from refkeeper.missing_file
         where domain = :domain and period = :month)
