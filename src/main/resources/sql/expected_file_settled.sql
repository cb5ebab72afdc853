-- Whether a file of a domain came and was loaded since the month began, or people know that none did.
select exists (
         select from refkeeper.load_run
         where domain = :domain and status = 'loaded' and received_at >= :from)
    or exists (
         select from refkeeper.missing_file
         where domain = :domain and period = :month)
